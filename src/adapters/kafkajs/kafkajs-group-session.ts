import type { CommittedOffset, NewMessage, TopicPartition } from '../../domain/model/cluster.ts'
import { offsetProblem, partitionLost } from '../../domain/model/cluster-problems.ts'
import type { ClusterProblem, WriteOutcome } from '../../domain/model/consumer-group.ts'
import { BrokerError } from '../../errors.ts'
import type { GroupSession, PolledBatch, PollRequest } from '../../ports/consumer-source.ts'
import type { KafkaJsConsumer } from './client.ts'
import { commitProblem } from './failures.ts'
import { type KafkaJsMembership, placeName } from './membership.ts'
import type { KafkaJsWriter } from './writer.ts'

/** A membership in a group by kafkajs. */
export class KafkaJsGroupSession implements GroupSession {
  private readonly membership: KafkaJsMembership
  private readonly writer: KafkaJsWriter

  constructor(membership: KafkaJsMembership, writer: KafkaJsWriter) {
    this.membership = membership
    this.writer = writer
  }

  async poll(place: TopicPartition, request: PollRequest): Promise<PolledBatch | null> {
    return (await this.membership.owned.get(placeName(place))?.poll(request)) ?? null
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<readonly WriteOutcome[]> {
    const { consumer } = this.membership
    const problems = offsets.map((offset) =>
      this.isOurs(offset) ? offsetProblem(offset) : partitionLost(offset),
    )
    const accepted = offsets.filter((_, index) => problems[index] === null)
    if (consumer !== null && accepted.length > 0) {
      const failed = await this.membership.writing(this.send(consumer, accepted))
      offsets.forEach((offset, index) => {
        problems[index] ??= failed(offset)
      })
    }
    return offsets.map(({ topic, partition }, index) => {
      return { topic, partition, problem: problems[index]! }
    })
  }

  async produce(topic: string, message: NewMessage, commit: CommittedOffset | null): Promise<void> {
    const { membership } = this
    if (commit !== null) {
      const isOurs = () => this.isOurs(commit)
      const { group } = membership.request
      await membership.writing(this.writer.sendWith(group, topic, message, commit, isOurs))
      return
    }
    if (membership.isOver) {
      throw new BrokerError('broker.member-lost', 'the member has left its group')
    }
    await this.writer.send(topic, message)
  }

  async leave(): Promise<void> {
    await this.membership.leave()
  }

  private isOurs(place: TopicPartition): boolean {
    return this.membership.owned.has(placeName(place))
  }

  /** @returns what became of each; kafkajs resolves without a word when it has stopped meanwhile */
  private async send(
    consumer: KafkaJsConsumer,
    offsets: readonly CommittedOffset[],
  ): Promise<(offset: CommittedOffset) => ClusterProblem | null> {
    const confirmed = new Set<string>()
    const forget = consumer.on('consumer.commit_offsets', ({ payload }) => {
      for (const { topic, partitions } of payload.topics) {
        for (const { partition, offset } of partitions) {
          confirmed.add(`${placeName({ topic, partition })}@${offset}`)
        }
      }
    })
    try {
      await consumer.commitOffsets(
        offsets.map(({ topic, partition, offset, metadata }) => {
          return { topic, partition, offset: String(offset), metadata }
        }),
      )
      return (offset) =>
        confirmed.has(`${placeName(offset)}@${offset.offset}`) ? null : partitionLost(offset)
    } catch (error) {
      const problem = commitProblem(offsets[0]!, error)
      if (problem.code === 'partition-lost') this.membership.lose()
      return (offset) => commitProblem(offset, error)
    } finally {
      forget()
    }
  }
}
