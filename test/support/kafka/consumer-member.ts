import { openKafkaConsumerSource } from '../../../src/adapters/kafka/session/kafka-consumer-source.ts'
import type { KafkaConsumerOptions } from '../../../src/adapters/kafka/session/settings.ts'
import { parseKafkaClusterUri } from '../../../src/adapters/kafka/uri.ts'
import type { TopicPartition } from '../../../src/domain/model/cluster.ts'
import type {
  AssignedPartition,
  AssignmentListener,
  ConsumerSource,
  GroupSession,
  JoinRequest,
  PolledBatch,
} from '../../../src/ports/consumer-source.ts'

/** What a listener was told, in order. */
export interface ToldEvent {
  readonly what: 'assigned' | 'revoked' | 'given up' | 'lost' | 'problem' | 'failed'
  readonly who: string
  /** `topic#0`, ascending. */
  readonly partitions: readonly string[]
  readonly error: unknown
}

export const nameOf = ({ topic, partition }: TopicPartition) => `${topic}#${partition}`

/** A member of a group in a test: it keeps what it was told, and what it has. */
export class TestMember implements AssignmentListener, AsyncDisposable {
  readonly who: string
  /** Shared by the members of a test: who was told what, in one order. */
  readonly told: ToldEvent[]
  readonly owned = new Map<string, AssignedPartition>()
  session!: GroupSession
  /** Awaited before partitions are given up. */
  onRevoked: (partitions: readonly TopicPartition[]) => Promise<void> = async () => {}
  private readonly source: ConsumerSource
  private waiting: (() => void)[] = []

  private constructor(who: string, told: ToldEvent[], options: KafkaConsumerOptions) {
    this.who = who
    this.told = told
    this.source = openKafkaConsumerSource(options)
  }

  /** Joins with `earliest` unless said otherwise. */
  static async join(
    brokers: string,
    request: Pick<JoinRequest, 'group' | 'topics'> & Partial<JoinRequest>,
    {
      who = 'a',
      told = [],
      ...options
    }: { who?: string; told?: ToldEvent[] } & Partial<KafkaConsumerOptions> = {},
  ): Promise<TestMember> {
    const cluster = parseKafkaClusterUri(`kafka://${brokers}`, {})
    const member = new TestMember(who, told, { ...cluster, ...options })
    member.session = await member.source.join({ startFrom: 'earliest', ...request }, member)
    return member
  }

  assigned(partitions: readonly AssignedPartition[]): void {
    for (const partition of partitions) this.owned.set(nameOf(partition), partition)
    this.note('assigned', partitions)
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    this.note('revoked', partitions)
    await this.onRevoked(partitions)
    for (const partition of partitions) this.owned.delete(nameOf(partition))
    this.note('given up', partitions)
  }

  lost(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.owned.delete(nameOf(partition))
    this.note('lost', partitions)
  }

  problem(error: unknown): void {
    this.note('problem', [], error)
  }

  failed(error: unknown): void {
    this.note('failed', [], error)
  }

  /** Resolves when it is so; looked at whenever this member is told something. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  async owns(count: number): Promise<void> {
    await this.until(() => this.owned.size === count)
  }

  /** One poll; the batch must come. */
  async poll(partition: TopicPartition, from: number, maxMessages = 1000): Promise<PolledBatch> {
    const { signal } = new AbortController()
    const batch = await this.session.poll(partition, { from, maxMessages, signal })
    if (batch === null) throw new Error(`${nameOf(partition)} is not ours`)
    return batch
  }

  /** Offsets and values up to `end`, by as many polls as it takes. */
  async read(partition: TopicPartition, from: number, end: number, maxMessages = 1000) {
    const read: [number, string][] = []
    for (let next = from; next < end; ) {
      const batch = await this.poll(partition, next, maxMessages)
      for (const [i, { value }] of batch.messages.entries()) {
        read.push([batch.offsets[i]!, Buffer.from(value ?? []).toString()])
      }
      next = batch.next
    }
    return read
  }

  /** What this member was told of the kind. */
  events(what: ToldEvent['what']): ToldEvent[] {
    return this.told.filter((event) => event.what === what && event.who === this.who)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.leave()
    await this.source.close()
  }

  private note(
    what: ToldEvent['what'],
    partitions: readonly TopicPartition[],
    error: unknown = null,
  ): void {
    this.told.push({ what, who: this.who, partitions: partitions.map(nameOf).sort(), error })
    for (const wake of this.waiting.splice(0)) wake()
  }
}
