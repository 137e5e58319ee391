import { createRuntime, type Runtime } from '../../../src/runtime/create-runtime.ts'
import type { EventName, RuntimeEvents } from '../../../src/runtime/events.ts'
import type { RuntimeSettings } from '../../../src/runtime/settings.ts'

/** A runtime of this process that keeps what it told; stopped at the end. */
export class WatchedRuntime implements AsyncDisposable {
  readonly runtime: Runtime
  private readonly told: { readonly name: EventName; readonly event: unknown }[] = []
  private waiting: (() => void)[] = []

  private constructor(settings: RuntimeSettings) {
    this.runtime = createRuntime(settings)
    this.runtime.observe((name, event) => {
      this.told.push({ name, event })
      for (const wake of this.waiting.splice(0)) wake()
    })
  }

  /** Joins the group; `before` is called with the runtime that has told nothing yet. */
  static async start(
    settings: RuntimeSettings,
    before: (runtime: Runtime) => void = () => {},
  ): Promise<WatchedRuntime> {
    const watched = new WatchedRuntime(settings)
    before(watched.runtime)
    await watched.runtime.start()
    return watched
  }

  events<N extends EventName>(name: N): RuntimeEvents[N][] {
    return this.told.flatMap((each) => (each.name === name ? [each.event as RuntimeEvents[N]] : []))
  }

  /** Partitions that are assigned now, ascending. */
  get owned(): number[] {
    const owned = new Set<number>()
    for (const { name, event } of this.told) {
      if (name === 'partition.assigned') owned.add((event as { partition: number }).partition)
      if (name === 'partition.revoked') owned.delete((event as { partition: number }).partition)
    }
    return [...owned].sort((a, b) => a - b)
  }

  /** Resolves when it is so; looked at whenever something is told. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  async stop(): Promise<void> {
    await this.runtime.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runtime.stop()
  }
}
