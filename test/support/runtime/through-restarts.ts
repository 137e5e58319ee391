import { kafkaSource, LawfulRuntimes } from './in-process.ts'
import type { RuntimeTopics } from './runtime-topics.ts'
import type { WatchedRuntime } from './watched-runtime.ts'

const PARTITIONS = 2
const PER_ROUND = 300

/** Runtimes of several groups that consume a topic while brokers go and come back. */
export class RuntimesThroughRestarts {
  private readonly world: RuntimeTopics
  private readonly topic: string
  private readonly groups: { name: string; lawful: LawfulRuntimes; runtime: WatchedRuntime }[] = []
  private rounds = 0

  /** @param topic of two partitions */
  constructor(world: RuntimeTopics, topic: string) {
    this.world = world
    this.topic = topic
  }

  /** Starts half of them by each protocol. */
  async start(groups: number): Promise<void> {
    for (let i = 0; i < groups; i++) {
      const name = this.world.group()
      const lawful = new LawfulRuntimes(this.topic, { workMs: 4 })
      const protocol = i % 2 === 0 ? 'classic' : 'consumer'
      const source = kafkaSource(this.world.brokers, { protocol })
      const runtime = await lawful.start('only', { group: name, source })
      this.groups.push({ name, lawful, runtime })
    }
  }

  /** Writes more, and resolves when each of them is in the middle of it. */
  async append(): Promise<void> {
    await this.world.append(this.topic, PARTITIONS, PER_ROUND)
    this.rounds++
    const half = PARTITIONS * PER_ROUND * (this.rounds - 0.5)
    await Promise.all(
      this.groups.map(({ lawful, runtime }) => runtime.until(() => lawful.laws.done >= half)),
    )
  }

  /**
   * Waits until all is committed, and stops them. @returns what broke a law, and every partition that
   * was given up before
   */
  async finish(): Promise<readonly string[]> {
    const end = PER_ROUND * this.rounds
    const wrong: string[] = []
    for (const { name, lawful, runtime } of this.groups) {
      await this.world.untilCommitted(name, this.topic, [end, end])
      const revoked = runtime.events('partition.revoked')
      wrong.push(...revoked.map(({ reason, partition }) => `${partition} is ${reason}`))
      await runtime.stop()
      wrong.push(...lawful.laws.atEnd())
      if (lawful.laws.done !== end * PARTITIONS) wrong.push(`I1: ${lawful.laws.done} were done`)
    }
    return wrong
  }
}
