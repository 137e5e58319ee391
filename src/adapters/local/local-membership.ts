import { randomUUID } from 'node:crypto'
import type { TopicPartition } from '../../domain/model/cluster.ts'
import { startPosition } from '../../domain/model/start-position.ts'
import { BrokerError } from '../../errors.ts'
import type {
  AssignedPartition,
  AssignmentListener,
  JoinRequest,
} from '../../ports/consumer-source.ts'
import {
  type Claim,
  claim,
  evictExpired,
  leaseEnd,
  placeName,
  release,
  type SharedPlace,
  type Standing,
  standing,
  subscribe,
} from './group-sharing.ts'
import { joinGroup, leaveGroup } from './groups.ts'
import type { LocalDatabase } from './local-database.ts'

/** How a member keeps its place. */
export interface MembershipSettings {
  /** Others take its partitions when it was not heard of for so long. Milliseconds. */
  readonly leaseMs: number
  /** How often it looks at the file. Milliseconds. */
  readonly pollMs: number
  /** Milliseconds since the epoch, for leases. */
  readonly now: () => number
}

/** A partition in the member's hands; a new one each time that it is assigned. */
export interface Ownership extends SharedPlace {
  /** `ending`: still the member's to commit for, and about to be somebody else's. */
  state: 'ours' | 'ending' | 'gone'
}

/**
 * Keeps a place in a group: looks at the file again and again, renews the lease in time, takes what
 * is nobody's and gives up what somebody else should have. Who owns a partition is a row in the file,
 * so no two members ever do, whatever their clocks say.
 */
export class LocalMembership {
  readonly request: JoinRequest
  readonly owned = new Map<string, Ownership>()
  /** Another one after each time that the lease has ended. */
  memberId = ''
  isOver = false
  private readonly database: LocalDatabase
  private readonly listener: AssignmentListener
  private readonly settings: MembershipSettings
  private readonly waiting = new Set<() => void>()
  private leaseEndMs = 0
  private renewalDue = 0
  private seenVersion = -1
  private timer: NodeJS.Timeout | undefined

  /** Joins. @throws BrokerError, UsageError for a group without a name */
  constructor(
    database: LocalDatabase,
    request: JoinRequest,
    listener: AssignmentListener,
    settings: MembershipSettings,
  ) {
    this.database = database
    this.request = request
    this.listener = listener
    this.settings = settings
    this.enter()
    this.lookAfter(0)
  }

  get nowMs(): number {
    return this.settings.now()
  }

  /** Calls back when there may be something new, or nothing to wait for any more. @returns takes that back */
  onNews(wake: () => void): () => void {
    this.waiting.add(wake)
    return () => this.waiting.delete(wake)
  }

  wake(): void {
    const woken = [...this.waiting]
    this.waiting.clear()
    for (const wake of woken) wake()
  }

  /** Gives everything up and tells nobody. A file that cannot be written to hears of it by the lease. */
  leave(): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.timer)
    this.forget([...this.owned.values()])
    try {
      this.database.write((sql) => leaveGroup(sql, this.request.group, this.memberId))
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error
    }
    this.database.close()
  }

  private lookAfter(ms: number): void {
    this.timer = setTimeout(() => {
      try {
        this.look()
      } catch (error) {
        this.trouble(error)
      }
      if (!this.isOver) this.lookAfter(this.settings.pollMs)
    }, ms)
  }

  private enter(): void {
    const { leaseMs } = this.settings
    const { group, topics } = this.request
    this.memberId = randomUUID()
    const member = { memberId: this.memberId, clientId: 'pstool' }
    this.database.write((sql) => {
      this.leaseEndMs = this.nowMs + leaseMs
      joinGroup(sql, group, member, this.leaseEndMs)
      subscribe(sql, group, { memberId: this.memberId, topics })
    })
    this.renewalDue = performance.now() + leaseMs / 3
    this.seenVersion = -1
  }

  private look(): void {
    const version = this.database.version()
    const isRenewal = performance.now() >= this.renewalDue || this.nowMs >= this.leaseEndMs
    if (version === this.seenVersion && !isRenewal) return
    if (version !== this.seenVersion) this.wake()
    const { group } = this.request
    const seen = this.database.read((sql) => standing(sql, group, this.memberId, this.nowMs))
    this.seenVersion = version
    if (seen === null) {
      this.lose([...this.owned.values()])
      this.enter()
    } else if (isRenewal || seen.free.length > 0) {
      this.settle()
    } else {
      this.compare(seen, [])
    }
  }

  /** Renews the lease, and takes what is free by now. */
  private settle(): void {
    const { group } = this.request
    const settled = this.database.write((sql) => {
      if (leaseEnd(sql, group, this.memberId) <= this.nowMs) return null
      this.leaseEndMs = this.nowMs + this.settings.leaseMs
      joinGroup(sql, group, { memberId: this.memberId, clientId: 'pstool' }, this.leaseEndMs)
      evictExpired(sql, group, this.nowMs)
      const before = standing(sql, group, this.memberId, this.nowMs)!
      return { before, claims: claim(sql, group, this.memberId, before.free) }
    })
    this.renewalDue = performance.now() + this.settings.leaseMs / 3
    // null: the next look finds out.
    if (settled === null) this.seenVersion = -1
    else this.compare(settled.before, settled.claims)
  }

  private compare({ owned, target }: Standing, claims: readonly Claim[]): void {
    const numbers = new Map(owned.map((place) => [placeName(place), place.number]))
    const mine = [...this.owned]
    // Rows go with the topic when it is deleted.
    this.lose(mine.flatMap(([name, own]) => (numbers.get(name) === own.number ? [] : [own])))
    this.revoke(
      mine.flatMap(([name, own]) => (own.state === 'ours' && !target.has(name) ? [own] : [])),
    )
    this.assign(claims)
  }

  private assign(claims: readonly Claim[]): void {
    if (this.isOver) return
    const assigned: AssignedPartition[] = []
    for (const { place, log, committed } of claims) {
      const { topic, partition } = place
      const position = startPosition(log, committed?.offset ?? null, this.request.startFrom)
      if (position === null) {
        const message = `${this.request.group} has no offset for ${topic}#${partition} to go on from`
        const suggestions = ['Commit one, or start from the earliest.']
        this.fail(new BrokerError('broker.no-position', message, suggestions))
        return
      }
      assigned.push({ topic, partition, position, committed })
    }
    for (const { place } of claims) this.owned.set(placeName(place), { ...place, state: 'ours' })
    if (assigned.length > 0) this.listener.assigned(assigned)
  }

  private revoke(leaving: readonly Ownership[]): void {
    if (this.isOver || leaving.length === 0) return
    for (const ownership of leaving) ownership.state = 'ending'
    this.wake()
    const memberId = this.memberId
    void this.listener.revoked(leaving.map(placeOf)).then(() => this.release(memberId, leaving))
  }

  private release(memberId: string, leaving: readonly Ownership[]): void {
    if (this.isOver) return
    try {
      this.database.write((sql) => release(sql, this.request.group, memberId, leaving))
      this.forget(leaving)
    } catch (error) {
      this.trouble(error)
      setTimeout(() => this.release(memberId, leaving), this.settings.pollMs)
    }
    this.seenVersion = -1
  }

  private lose(lost: readonly Ownership[]): void {
    this.forget(lost)
    if (lost.length > 0) this.listener.lost(lost.map(placeOf))
  }

  private forget(places: readonly Ownership[]): void {
    for (const ownership of places) {
      ownership.state = 'gone'
      const name = placeName(ownership)
      if (this.owned.get(name) === ownership) this.owned.delete(name)
    }
    this.wake()
  }

  /** A locked file is got over, as long as the lease lasts; what we did not renew others may take. */
  private trouble(error: unknown): void {
    if (!(error instanceof BrokerError)) {
      this.fail(error)
      return
    }
    this.listener.problem(error)
    if (this.nowMs >= this.leaseEndMs) this.lose([...this.owned.values()])
  }

  private fail(error: unknown): void {
    this.leave()
    this.listener.failed(error)
  }
}

function placeOf({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}
