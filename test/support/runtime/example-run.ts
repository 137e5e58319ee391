import { MemoryCluster } from '../../../src/adapters/memory/memory-cluster.ts'
import { MemoryConsumerSource } from '../../../src/adapters/memory/memory-consumer-source.ts'
import { createRuntime, type Runtime } from '../../../src/runtime/create-runtime.ts'
import type { EventName, RuntimeEvents } from '../../../src/runtime/events.ts'
import type { RuntimeSettings } from '../../../src/runtime/settings.ts'
import { StepClock } from './step-clock.ts'

/** A message as a test writes it; the value becomes JSON, null stays none. */
export interface Written {
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly value?: unknown
}

/** An example on a cluster in memory, on a clock that is moved by hand. */
export class ExampleRun {
  readonly cluster = new MemoryCluster()
  readonly clock = new StepClock(1_000_000)
  readonly source = new MemoryConsumerSource(this.cluster)
  runtime: Runtime | null = null
  private readonly told: { readonly name: EventName; readonly event: unknown }[] = []

  constructor(...topics: readonly string[]) {
    for (const topic of topics) this.cluster.makeTopic(topic, [{ start: 0n, end: 0n }])
  }

  write(topic: string, messages: readonly Written[]): this {
    this.cluster.append(
      topic,
      messages.map(({ key, headers = {}, value = null }) => ({
        partition: 0,
        key: key === undefined ? null : Buffer.from(key),
        value: value === null ? null : Buffer.from(JSON.stringify(value)),
        headers: Object.entries(headers).map(([name, text]) => ({
          name,
          value: Buffer.from(text),
        })),
        timestamp: this.clock.now(),
      })),
    )
    return this
  }

  /** Starts the example's settings, and lets happen what waits for no time. */
  async start(settings: Omit<RuntimeSettings, 'source'>): Promise<this> {
    return this.observe(createRuntime({ ...settings, source: this.source, clock: this.clock }))
  }

  /** The same for a runtime that the example makes by itself. */
  async observe(runtime: Runtime): Promise<this> {
    this.runtime = runtime
    runtime.observe((name, event) => this.told.push({ name, event }))
    await runtime.start()
    return this.settle()
  }

  /** Lets everything happen that waits for no time, also what takes many turns. */
  async settle(): Promise<this> {
    for (let turn = 0; turn < 40; turn++) await this.clock.settle()
    return this
  }

  /** Lets so much time pass, stops, and commits what materialised. */
  async finish(ms = 60_000): Promise<void> {
    await this.clock.pass(ms)
    await this.settle()
    await this.runtime?.stop()
  }

  events<N extends EventName>(name: N): RuntimeEvents[N][] {
    return this.told.flatMap((each) => (each.name === name ? [each.event as RuntimeEvents[N]] : []))
  }

  /** The committed offset of partition 0; null: none. */
  committed(topic: string, group: string): number | null {
    const offset = this.cluster.group(group)?.offsets.get(topic)?.get(0)?.offset
    return offset === undefined ? null : Number(offset)
  }

  /** The messages of partition 0, keys and headers as text. */
  log(topic: string): { key: string | null; headers: Record<string, string> }[] {
    return this.cluster.messages({ topic, partition: 0 }).map(({ key, headers }) => ({
      key: key && Buffer.from(key).toString(),
      headers: Object.fromEntries(
        headers.map(({ name, value }) => [name, Buffer.from(value ?? []).toString()]),
      ),
    }))
  }
}
