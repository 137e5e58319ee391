import { MemoryCluster } from '../../../src/adapters/memory/memory-cluster.ts'
import { MemoryConsumerSource } from '../../../src/adapters/memory/memory-consumer-source.ts'
import { textOf } from '../../../src/domain/model/key-text.ts'
import { createRuntime, type Runtime } from '../../../src/runtime/create-runtime.ts'
import type { EventName, RuntimeEvents } from '../../../src/runtime/events.ts'
import type { RuntimeSettings, TopicSettings } from '../../../src/runtime/settings.ts'
import { StepClock } from './step-clock.ts'

/** An event with its name, as it was told. */
export type Told = {
  [N in EventName]: { readonly name: N; readonly event: RuntimeEvents[N] }
}[EventName]

/** A cluster in memory with runtimes on a clock that is moved by hand. */
export class RunningCluster {
  readonly cluster = new MemoryCluster()
  readonly clock = new StepClock(1_000_000)
  readonly told: Told[] = []
  readonly runtimes: Runtime[] = []

  /** A topic with one message per key in partition 0; the value is the key, as JSON. */
  topic(name: string, keys: readonly (string | null)[] = [], partitions = 1): this {
    this.cluster.makeTopic(
      name,
      Array.from({ length: partitions }, () => ({ start: 0n, end: 0n })),
    )
    return this.append(name, keys)
  }

  append(name: string, keys: readonly (string | null)[], partition = 0): this {
    this.cluster.append(
      name,
      keys.map((key) => ({
        partition,
        key: key === null ? null : Buffer.from(key),
        value: Buffer.from(JSON.stringify(key)),
        timestamp: this.clock.now(),
      })),
    )
    return this
  }

  /** Starts a runtime of group `g` on topic `t`, which the settings say how to consume. */
  async consume(
    topic: Partial<TopicSettings>,
    settings: Partial<RuntimeSettings> = {},
  ): Promise<Runtime> {
    const runtime = createRuntime({
      group: 'g',
      source: new MemoryConsumerSource(this.cluster),
      topics: [{ topic: 't', ...topic }],
      clock: this.clock,
      ...settings,
    })
    runtime.observe((name, event) => this.told.push({ name, event } as Told))
    this.runtimes.push(runtime)
    await runtime.start()
    await this.clock.settle()
    return runtime
  }

  /** The events of one name. */
  events<N extends EventName>(name: N): RuntimeEvents[N][] {
    return this.told.flatMap((each) => (each.name === name ? [each.event as RuntimeEvents[N]] : []))
  }

  /** What the group has committed; null: nothing. */
  committed(partition = 0, group = 'g', topic = 't'): { offset: number; metadata: string } | null {
    const found = this.cluster.group(group)?.offsets.get(topic)?.get(partition)
    return found === undefined ? null : { offset: Number(found.offset), metadata: found.metadata }
  }

  /** The messages of a topic, as text. */
  log(topic: string, partition = 0): { key: string | null; headers: Record<string, string> }[] {
    return this.cluster.messages({ topic, partition }).map(({ key, headers }) => ({
      key: key && textOf(key),
      headers: Object.fromEntries(headers.map(({ name, value }) => [name, textOf(value!)!])),
    }))
  }
}
