import type { Instance, InstanceFactory } from './instance.ts'

/** What an instance is told when its partition goes (L1). */
export type Hook = 'revoked' | 'shutdown'

/** The instances of one assigned partition: one per VP, made on first use (V6). */
export class PartitionInstances {
  private readonly make: InstanceFactory
  private readonly onError: (hook: Hook, error: unknown) => void
  private readonly instances = new Map<number, Instance>()

  constructor(make: InstanceFactory, onError: (hook: Hook, error: unknown) => void) {
    this.make = make
    this.onError = onError
  }

  of(virtualPartition: number): Instance {
    let instance = this.instances.get(virtualPartition)
    if (instance === undefined) {
      instance = this.make()
      this.instances.set(virtualPartition, instance)
    }
    return instance
  }

  /** Runs the hook of every instance that exists, for the last time (L1); never rejects. */
  async end(hook: Hook): Promise<void> {
    const instances = [...this.instances.values()]
    this.instances.clear()
    await Promise.all(
      instances.map(async (instance) => {
        try {
          await instance[hook]()
        } catch (error) {
          this.onError(hook, error)
        }
      }),
    )
  }
}
