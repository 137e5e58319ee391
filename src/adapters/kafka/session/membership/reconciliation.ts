import type { TopicPartition } from '../../../../domain/model/cluster.ts'
import { pause } from '../pause.ts'
import type { IdPartitions } from '../requests/consumer-heartbeat.ts'
import type { MembershipSurroundings } from './surroundings.ts'

const UNKNOWN_MS = 300

interface Target {
  readonly assignment: readonly IdPartitions[]
}

/** Brings what we have to what the coordinator wants us to have; one step at a time. */
export class Reconciliation {
  private readonly around: MembershipSurroundings
  private readonly acknowledge: () => void
  private target: Target | null = null
  private isRunning = false
  private isDue = false

  /** @param acknowledge sends a heartbeat soon */
  constructor(around: MembershipSurroundings, acknowledge: () => void) {
    this.around = around
    this.acknowledge = acknowledge
    // Topics of an assignment may be too young to be known here.
    around.topics.onRefresh(() => this.start())
  }

  /** The newest one counts; one that is under way ends first. */
  aim(assignment: readonly IdPartitions[]): void {
    this.target = { assignment }
    this.start()
  }

  /** The membership is over: nothing is aimed at, nothing acknowledged. */
  reset(): void {
    this.target = null
    this.isDue = false
  }

  /** Whether the next heartbeat is to say what we have; asked once for each. */
  takeDue(): boolean {
    const { isDue } = this
    this.isDue = false
    return isDue
  }

  /** What we have, also what is being given up. */
  owned(): readonly IdPartitions[] {
    const byTopic = Map.groupBy(this.around.ownership.partitions, ({ topic }) => topic)
    return [...byTopic].flatMap(([topic, own]) => {
      const topicId = this.around.topics.idOf(topic)
      const partitions = own.map(({ partition }) => partition)
      return topicId === undefined ? [] : [{ topicId, partitions }]
    })
  }

  private start(): void {
    if (!this.isRunning && this.target !== null) void this.run()
  }

  private async run(): Promise<void> {
    const { ownership } = this.around
    this.isRunning = true
    for (let reached: Target | null = null; this.target !== null && this.target !== reached; ) {
      const target: Target = this.target
      const { gone, come } = ownership.difference(this.named(target))
      await ownership.revoke(gone)
      // Lost meanwhile, or wanted otherwise: what is gone is acknowledged all the same.
      if (this.target === target) {
        ownership.add(come)
        reached = target
      }
      if (this.target !== null && gone.length + come.length > 0) this.isDue = true
    }
    this.isRunning = false
    if (this.isDue) this.acknowledge()
    if (this.isUnknown()) await this.learn()
  }

  private named({ assignment }: Target): TopicPartition[] {
    return assignment.flatMap(({ topicId, partitions }) => {
      const topic = this.around.topics.nameOf(topicId)
      return topic === undefined ? [] : partitions.map((partition) => ({ topic, partition }))
    })
  }

  /** Brokers learn of new topics one by one. Never rejects. */
  private async learn(): Promise<void> {
    await pause(UNKNOWN_MS, new AbortController().signal)
    if (this.isUnknown()) await this.around.topics.refresh().catch(this.around.problem)
  }

  private isUnknown(): boolean {
    return (
      this.target?.assignment.some(
        ({ topicId }) => this.around.topics.nameOf(topicId) === undefined,
      ) ?? false
    )
  }
}
