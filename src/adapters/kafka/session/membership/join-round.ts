import type { TopicPartition } from '../../../../domain/model/cluster.ts'
import { ERROR } from '../../wire/error-codes.ts'
import { membershipFailure } from '../failures.ts'
import type { MemberIdentity } from '../member-identity.ts'
import { JOIN_GROUP, type Joined, type JoinedMember } from '../requests/join-group.ts'
import { SYNC_GROUP } from '../requests/sync-group.ts'
import type { Assign, AssignedMember } from './assignors/assignor.ts'
import { assignCooperatively } from './assignors/cooperative-sticky.ts'
import { assignRange } from './assignors/range.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './embedded.ts'
import type { MembershipSurroundings } from './surroundings.ts'

const ASSIGN: Readonly<Record<string, Assign>> = {
  range: assignRange,
  'cooperative-sticky': assignCooperatively,
}

/** A generation that was joined. */
export interface JoinedRound {
  readonly member: MemberIdentity
  /** Topics that were subscribed to. */
  readonly names: readonly string[]
  /** null unless this member assigns. */
  readonly lead: {
    readonly members: readonly AssignedMember[]
    readonly counts: ReadonlyMap<string, number>
    readonly isSkipped: boolean
  } | null
}

const codeOf = ({ code }: { readonly code: number }) => code

/** JoinGroup and SyncGroup. */
export class JoinRound {
  /** As the coordinator named us; empty before that. */
  memberId = ''
  private readonly around: MembershipSurroundings

  constructor(around: MembershipSurroundings) {
    this.around = around
  }

  /**
   * Joins the next generation; waits until every member has.
   * @param generation in which we had what we have
   * @returns null when the coordinator does not know us: what we had is lost
   * @throws BrokerError
   */
  async join(generation: number): Promise<JoinedRound | null> {
    const names = this.around.topics.names
    for (;;) {
      const joined = await this.ask(names, generation)
      const { code, memberId } = joined
      if (code === ERROR.none) {
        this.memberId = memberId
        return { ...this.memberOf(joined), names, lead: await this.leadOf(joined) }
      }
      if (code === ERROR.memberIdRequired) this.memberId = memberId
      else if (code === ERROR.unknownMemberId && this.memberId !== '') {
        this.memberId = ''
        return null
      } else throw membershipFailure(code, this.around.coordinator.group)
    }
  }

  /**
   * Takes the assignment, and gives the others theirs where we are to.
   * @returns null when the next round has begun already; `lost` when the group does not know us
   * @throws BrokerError
   */
  async sync(joined: JoinedRound): Promise<readonly TopicPartition[] | 'lost' | null> {
    const { coordinator, settings, patient } = this.around
    const { group } = coordinator
    const { assignor } = settings
    const assignments = this.assignments(joined)
    const asked = { group, ...joined.member, assignor, assignments }
    const { code, assignment } = await coordinator.ask(SYNC_GROUP, asked, codeOf, patient)
    if (code === ERROR.none) return decodeAssignment(assignment)
    if (code === ERROR.rebalanceInProgress) return null
    if (code !== ERROR.unknownMemberId && code !== ERROR.illegalGeneration) {
      throw membershipFailure(code, group)
    }
    if (code === ERROR.unknownMemberId) this.memberId = ''
    return 'lost'
  }

  /** Whether there are other topics than the group was told of, or more partitions to assign. */
  isOutdated({ names, lead }: JoinedRound): boolean {
    const { topics } = this.around
    if (topics.names.join() !== names.join()) return true
    if (lead === null) return false
    const counts = topics.counts(topicsOf(lead.members))
    const isSame = [...counts].every(([topic, count]) => lead.counts.get(topic) === count)
    return !isSame || counts.size !== lead.counts.size
  }

  private async ask(topics: readonly string[], generation: number): Promise<Joined> {
    const { coordinator, settings, ownership, patient } = this.around
    const { assignor, instanceId, rackId, sessionTimeoutMs, rebalanceTimeoutMs } = settings
    const owned = ownership.partitions
    const asked = {
      group: coordinator.group,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId: this.memberId,
      instanceId,
      assignor,
      metadata: encodeSubscription({ topics, owned, generation, rackId }),
    }
    return await coordinator.ask(JOIN_GROUP, asked, codeOf, patient)
  }

  private memberOf({ memberId, generation }: Joined): Pick<JoinedRound, 'member'> {
    const { instanceId } = this.around.settings
    return { member: { memberId, generation, instanceId } }
  }

  private async leadOf(joined: Joined): Promise<JoinedRound['lead']> {
    if (joined.leader !== joined.memberId) return null
    const { topics } = this.around
    const members = joined.members.map(memberOf)
    const names = topicsOf(members)
    await topics.include(names)
    return { members, counts: topics.counts(names), isSkipped: joined.skipsAssignment }
  }

  private assignments({ lead }: JoinedRound): Map<string, Uint8Array> {
    if (lead === null || lead.isSkipped) return new Map()
    const assign = ASSIGN[this.around.settings.assignor]!
    const assigned = assign(lead.members, lead.counts)
    return new Map([...assigned].map(([member, own]) => [member, encodeAssignment(own)]))
  }
}

function memberOf({ memberId, instanceId, metadata }: JoinedMember): AssignedMember {
  return { memberId, instanceId, ...decodeSubscription(metadata) }
}

function topicsOf(members: readonly AssignedMember[]): Set<string> {
  return new Set(members.flatMap(({ topics }) => topics))
}
