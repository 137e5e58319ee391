import { randomBytes } from 'node:crypto'
import { ERROR } from '../../wire/error-codes.ts'
import { mayPass } from '../coordinator.ts'
import { membershipFailure, sessionExpired } from '../failures.ts'
import { Identities, type MemberIdentity, type Membership } from '../member-identity.ts'
import { BackOff } from '../pause.ts'
import {
  CONSUMER_HEARTBEAT,
  type ConsumerHeartbeatAnswer,
  type ConsumerHeartbeatAsked,
} from '../requests/consumer-heartbeat.ts'
import { HeartbeatTiming } from './heartbeat-timing.ts'
import { Reconciliation } from './reconciliation.ts'
import type { MembershipSurroundings } from './surroundings.ts'

const JOIN_EPOCH = 0
const LEAVE_EPOCH = -1
/** A static member's: its partitions wait until it comes back, or its session times out. */
const PAUSE_EPOCH = -2
const AS_BEFORE = -1

const codeOf = ({ code }: { readonly code: number }) => code

/** A membership of KIP-848: everything goes by heartbeats. */
export class ConsumerMembership implements Membership {
  private readonly around: MembershipSurroundings
  private readonly memberId = randomBytes(16).toString('base64url')
  private readonly timing: HeartbeatTiming
  private readonly reconciliation: Reconciliation
  private readonly identities = new Identities()
  private readonly ending = new AbortController()
  private epoch = JOIN_EPOCH
  /** Until an answer has come, the coordinator may not know what was said before. */
  private isToldAll = false
  private toldTopics = ''

  constructor(around: MembershipSurroundings) {
    this.around = around
    const { group } = around.coordinator
    const { sessionTimeoutMs } = around.settings
    this.timing = new HeartbeatTiming(sessionTimeoutMs, () => {
      around.problem(sessionExpired(group, sessionTimeoutMs))
      this.lose()
    })
    this.reconciliation = new Reconciliation(around, () => this.timing.hurry())
    around.topics.onRefresh(() => {
      if (around.topics.names.join() !== this.toldTopics) this.timing.hurry()
    })
  }

  get identity(): MemberIdentity | null {
    return this.identities.identity
  }

  async renewed(stale: MemberIdentity | null): Promise<void> {
    this.timing.hurry()
    await this.identities.after(stale)
  }

  async run(): Promise<void> {
    const { signal } = this.ending
    const backOff = new BackOff()
    while (!signal.aborted) {
      try {
        const intervalMs = await this.heartbeat()
        if (intervalMs !== null) {
          backOff.reset()
          await this.timing.wait(intervalMs)
          continue
        }
      } catch (error) {
        if (signal.aborted) return
        this.isToldAll = false
        if (!mayPass(error)) {
          this.fail(error)
          return
        }
        this.around.problem(error)
      }
      await backOff.wait(signal)
    }
  }

  async leave(): Promise<void> {
    const { coordinator, settings } = this.around
    const hasJoined = this.epoch !== JOIN_EPOCH
    this.end()
    if (!hasJoined) return
    const epoch = settings.instanceId === null ? LEAVE_EPOCH : PAUSE_EPOCH
    await coordinator.ask(CONSUMER_HEARTBEAT, this.asked(epoch, false), codeOf).catch(() => {})
  }

  /** @returns when the next one is due; null: soon @throws BrokerError */
  private async heartbeat(): Promise<number | null> {
    const { coordinator, topics } = this.around
    const { epoch } = this
    const isAll = !this.isToldAll
    const names = topics.names.join()
    const acknowledged = this.reconciliation.takeDue()
    const asked = this.asked(epoch, isAll, acknowledged)
    let answer: ConsumerHeartbeatAnswer
    try {
      answer = await coordinator.ask(CONSUMER_HEARTBEAT, asked, codeOf)
    } finally {
      this.isToldAll = false
    }
    if (this.ending.signal.aborted) return null
    // The session expired meanwhile: what was asked is asked no more.
    if (epoch !== this.epoch) return null
    if (answer.code === ERROR.none) {
      this.isToldAll = true
      this.toldTopics = names
      this.accept(answer)
      return answer.intervalMs
    }
    const { group } = coordinator
    if (answer.code === ERROR.unknownMemberId || answer.code === ERROR.fencedMemberEpoch) {
      this.lose()
      return null
    }
    throw membershipFailure(answer.code, group, answer.reason)
  }

  private asked(epoch: number, isAll: boolean, acknowledges = false): ConsumerHeartbeatAsked {
    const { coordinator, settings, topics } = this.around
    const { instanceId, rackId, rebalanceTimeoutMs } = settings
    const names = topics.names
    const isOther = epoch >= JOIN_EPOCH && names.join() !== this.toldTopics
    const owned = isAll || acknowledges ? this.reconciliation.owned() : null
    return {
      group: coordinator.group,
      memberId: this.memberId,
      epoch,
      instanceId,
      rackId: isAll ? rackId : null,
      rebalanceTimeoutMs: isAll ? rebalanceTimeoutMs : AS_BEFORE,
      topics: isAll || isOther ? names : null,
      owned: epoch === JOIN_EPOCH ? [] : owned,
    }
  }

  private accept({ epoch, assignment }: ConsumerHeartbeatAnswer): void {
    this.timing.alive()
    const { identity, memberId } = this
    this.epoch = epoch
    const isSame = identity !== null && identity.generation === epoch
    const { instanceId } = this.around.settings
    this.identities.publish(isSame ? identity : { memberId, generation: epoch, instanceId })
    if (assignment !== null) this.reconciliation.aim(assignment)
  }

  /** The group does not know us any more: joins again. */
  private lose(): void {
    this.epoch = JOIN_EPOCH
    this.isToldAll = false
    this.timing.still()
    this.reconciliation.reset()
    this.identities.publish(null)
    this.around.ownership.lose()
    this.timing.hurry()
  }

  private fail(error: unknown): void {
    this.end()
    this.around.failed(error)
  }

  private end(): void {
    this.ending.abort()
    this.timing.still()
    this.timing.hurry()
    this.reconciliation.reset()
    this.identities.publish(null)
  }
}
