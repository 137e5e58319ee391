import type { CommittedOffset, TopicPartition } from '../../../domain/model/cluster.ts'
import type { Broker } from '../groups/broker.ts'
import {
  type FetchedGroup,
  OFFSET_FETCH,
  OFFSET_FETCH_ONE,
  type TopicPartitions,
} from '../groups/requests/offset-fetch.ts'
import { ERROR } from '../wire/error-codes.ts'
import type { GroupCoordinator } from './coordinator.ts'
import { membershipFailure, topicDenied } from './failures.ts'
import type { Member, MemberIdentity } from './member-identity.ts'
import { keyOf } from './partition-key.ts'

/** The epoch was raised, or the membership is another one: the answer says nothing about offsets. */
const MEMBER_CHANGED: ReadonlySet<number> = new Set([
  ERROR.staleMemberEpoch,
  ERROR.unknownMemberId,
  ERROR.fencedMemberEpoch,
  ERROR.illegalGeneration,
  ERROR.groupIdNotFound,
])

/** Those will have an offset, or be there, in a while. */
const NOT_YET: ReadonlySet<number> = new Set([
  ERROR.unstableOffsetCommit,
  ERROR.unknownTopicOrPartition,
])

/** What the group has committed, as its member sees it. */
export class CommittedOffsets {
  private readonly coordinator: GroupCoordinator
  private readonly member: Member
  private readonly asMember: boolean

  /** @param asMember whether the request has the member's epoch, so of KIP-848 */
  constructor(coordinator: GroupCoordinator, member: Member, asMember: boolean) {
    this.coordinator = coordinator
    this.member = member
    this.asMember = asMember
  }

  /**
   * Committed offsets, null where there is none. Left out is what cannot be known now: where a
   * transaction that has not ended commits.
   * @throws BrokerError
   */
  async of(partitions: readonly TopicPartition[]): Promise<Map<string, CommittedOffset | null>> {
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, own]) => ({
      name,
      partitions: own.map(({ partition }) => partition),
    }))
    const { identity } = this.member
    const { group } = this.coordinator
    const answer = await this.coordinator.askBroker(
      (broker) => this.fetch(broker, topics, identity),
      ({ code }) => code,
    )
    if (MEMBER_CHANGED.has(answer.code)) await this.member.renewed(identity)
    if (answer.code !== ERROR.none) throw membershipFailure(answer.code, group)
    const found = new Map<string, CommittedOffset | null>()
    for (const { code, ...offset } of answer.offsets) {
      if (NOT_YET.has(code)) continue
      if (code === ERROR.topicAuthorizationFailed) throw topicDenied(offset.topic)
      if (code !== ERROR.none) throw membershipFailure(code, group)
      found.set(keyOf(offset), offset.offset < 0n ? null : offset)
    }
    return found
  }

  private async fetch(
    broker: Broker,
    topics: readonly TopicPartitions[],
    identity: MemberIdentity | null,
  ): Promise<FetchedGroup> {
    const { group } = this.coordinator
    const asked = { topics, stable: true }
    if (!this.asMember && !broker.takes(OFFSET_FETCH)) {
      return await broker.ask(OFFSET_FETCH_ONE, { group, ...asked })
    }
    const member =
      this.asMember && identity !== null
        ? { member: { memberId: identity.memberId, epoch: identity.generation } }
        : {}
    const groups = await broker.ask(OFFSET_FETCH, { groups: [group], ...asked, ...member })
    return groups.get(group) ?? { code: ERROR.coordinatorNotAvailable, offsets: [] }
  }
}
