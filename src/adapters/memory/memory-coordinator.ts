import type { CommittedOffset, TopicPartition } from '../../domain/model/cluster.ts'
import { assignRanges, type PartitionedTopic } from '../../domain/model/group-assignment.ts'
import { startPosition } from '../../domain/model/start-position.ts'
import { BrokerError } from '../../errors.ts'
import type {
  AssignedPartition,
  AssignmentListener,
  JoinRequest,
} from '../../ports/consumer-source.ts'
import type { MemoryLog } from './memory-log.ts'

/** What a coordinator needs to know of its cluster. */
export interface CoordinatedGroup {
  /** Ascending by name. */
  topics(): readonly PartitionedTopic[]
  log(place: TopicPartition): MemoryLog | undefined
  committed(place: TopicPartition): CommittedOffset | null
  /** Whether a transaction that has not ended commits for it: where to begin is open then (M7). */
  isPending(place: TopicPartition): boolean
  /** A new member of the group, as admins see it. @returns its id */
  enter(): string
  exit(memberId: string): void
}

/** A partition in a member's hands; a new one each time that it is assigned. */
export interface Ownership extends TopicPartition {
  /** The log that it was assigned for: a topic that is made anew is another one. */
  readonly log: MemoryLog
  /** `ending`: still the member's to commit for, and about to be somebody else's. */
  state: 'ours' | 'ending' | 'gone'
  /** Ends the poll that waits. */
  wake: (() => void) | null
}

/** A member of the group: the coordinator's side of a session. */
export interface Membership {
  /** Another one after each time that the member was expelled; null between the two. */
  id: string | null
  readonly request: JoinRequest
  readonly listener: AssignmentListener
  readonly owned: Map<string, Ownership>
  /** Has left, or died. */
  isOver: boolean
}

/**
 * Shares the partitions of one group over its members in order of joining. Deterministic: what is to
 * be done is done in microtasks, without clock and chance. A partition changes hands alone, once its
 * owner has given it up; nothing else waits for that.
 */
export class MemoryCoordinator {
  private readonly group: CoordinatedGroup
  private readonly members: Membership[] = []
  private expelled: Membership[] = []
  private isDue = false

  constructor(group: CoordinatedGroup) {
    this.group = group
  }

  join(request: JoinRequest, listener: AssignmentListener): Membership {
    const id = this.group.enter()
    const member = { id, request, listener, owned: new Map<string, Ownership>(), isOver: false }
    this.members.push(member)
    this.changed()
    return member
  }

  /** Gives up everything at once, and tells nobody. */
  leave(member: Membership): void {
    member.isOver = true
    this.remove(member)
    this.expelled = this.expelled.filter((candidate) => candidate !== member)
    for (const ownership of member.owned.values()) end(ownership, 'gone')
    member.owned.clear()
    this.changed()
  }

  /**
   * Puts a member out. It loses everything now and hears of it a little later, then joins again by a
   * new id; with `gone` it never hears of anything again, as a process that was killed.
   * @returns whether there is such a member
   */
  expel(memberId: string, how: 'rejoins' | 'gone'): boolean {
    const member = this.members.find(({ id }) => id === memberId)
    if (member === undefined) return false
    if (how === 'gone') {
      this.leave(member)
      return true
    }
    this.remove(member)
    this.expelled.push(member)
    this.changed()
    return true
  }

  /** Looks again, soon: members, topics or transactions are others than they were. */
  changed(): void {
    if (this.isDue) return
    this.isDue = true
    // Two turns, so that whoever joins has the session before it has partitions.
    queueMicrotask(() => queueMicrotask(() => this.rebalance()))
  }

  private remove(member: Membership): void {
    if (member.id === null) return
    this.members.splice(this.members.indexOf(member), 1)
    this.group.exit(member.id)
    member.id = null
  }

  private rebalance(): void {
    this.isDue = false
    this.tellExpelled()
    const subscribers = this.members.map(({ id, request }) => {
      return { memberId: id!, topics: request.topics }
    })
    const target = assignRanges(subscribers, this.group.topics())
    for (const member of [...this.members]) {
      this.revoke(member, new Set(target.get(member.id!)!.map(placeName)))
    }
    for (const member of [...this.members]) {
      if (member.id !== null) this.assign(member, target.get(member.id)!)
    }
  }

  private tellExpelled(): void {
    const expelled = this.expelled
    this.expelled = []
    for (const member of expelled) {
      const lost = [...member.owned.values()].map(placeOf)
      for (const ownership of member.owned.values()) end(ownership, 'gone')
      member.owned.clear()
      if (lost.length > 0) member.listener.lost(lost)
      if (member.isOver) continue
      member.id = this.group.enter()
      this.members.push(member)
    }
  }

  private revoke(member: Membership, target: ReadonlySet<string>): void {
    const leaving = [...member.owned].filter(([name, ownership]) => {
      const isKept = target.has(name) && this.group.log(ownership) === ownership.log
      return ownership.state === 'ours' && !isKept
    })
    if (leaving.length === 0) return
    for (const [, ownership] of leaving) end(ownership, 'ending')
    void member.listener.revoked(leaving.map(([, ownership]) => placeOf(ownership))).then(() => {
      for (const [name, ownership] of leaving) {
        end(ownership, 'gone')
        if (member.owned.get(name) === ownership) member.owned.delete(name)
      }
      this.changed()
    })
  }

  private assign(member: Membership, target: readonly TopicPartition[]): void {
    const free = target.filter((place) => !this.isOwned(place) && !this.group.isPending(place))
    const assigned: AssignedPartition[] = []
    for (const place of free) {
      const committed = this.group.committed(place)
      const position = startPosition(
        this.group.log(place)!,
        committed?.offset ?? null,
        member.request.startFrom,
      )
      if (position === null) {
        this.fail(member, place)
        return
      }
      assigned.push({ ...place, position, committed })
    }
    for (const place of free) {
      const log = this.group.log(place)!
      member.owned.set(placeName(place), { ...place, log, state: 'ours', wake: null })
    }
    if (assigned.length > 0) member.listener.assigned(assigned)
  }

  private fail(member: Membership, { topic, partition }: TopicPartition): void {
    this.leave(member)
    const message = `${member.request.group} has no offset for ${topic}#${partition} to go on from`
    member.listener.failed(
      new BrokerError('broker.no-position', message, ['Commit one, or start from the earliest.']),
    )
  }

  private isOwned(place: TopicPartition): boolean {
    const name = placeName(place)
    return this.members.some(({ owned }) => owned.has(name))
  }
}

/** Names a partition among those of all topics. */
export function placeName({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}

function placeOf({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}

function end(ownership: Ownership, state: 'ending' | 'gone'): void {
  ownership.state = state
  ownership.wake?.()
}
