import type { TopicPartition } from '../../../../domain/model/cluster.ts'
import { ERROR } from '../../wire/error-codes.ts'
import { mayPass } from '../coordinator.ts'
import { isFinal, membershipFailure, sessionExpired } from '../failures.ts'
import { Identities, type MemberIdentity, type Membership } from '../member-identity.ts'
import { BackOff } from '../pause.ts'
import { HEARTBEAT, LEAVE_GROUP } from '../requests/heartbeat.ts'
import { HeartbeatTiming } from './heartbeat-timing.ts'
import { type JoinedRound, JoinRound } from './join-round.ts'
import type { MembershipSurroundings } from './surroundings.ts'

const codeOf = ({ code }: { readonly code: number }) => code

/** A membership of the classic protocol: rounds of JoinGroup and SyncGroup, and heartbeats between. */
export class ClassicMembership implements Membership {
  private readonly around: MembershipSurroundings
  private readonly round: JoinRound
  private readonly timing: HeartbeatTiming
  private readonly identities = new Identities()
  private readonly ending = new AbortController()
  private isJoining = false
  /** Ends the time between two rounds. */
  private again: () => void = () => {}
  private isAgain = false
  private joined: JoinedRound | null = null

  constructor(around: MembershipSurroundings) {
    this.around = around
    this.round = new JoinRound(around)
    const { group } = around.coordinator
    const { sessionTimeoutMs } = around.settings
    this.timing = new HeartbeatTiming(sessionTimeoutMs, () => {
      around.problem(sessionExpired(group, sessionTimeoutMs))
      this.lose()
    })
    around.topics.onRefresh(() => {
      if (this.isOutdated()) this.joinAgain()
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
    const heartbeats = this.heartbeats()
    const backOff = new BackOff()
    const { signal } = this.ending
    while (!signal.aborted) {
      try {
        await this.rejoin()
        backOff.reset()
      } catch (error) {
        if (signal.aborted) break
        if (!mayPass(error)) {
          this.fail(error)
          break
        }
        this.around.problem(error)
        await backOff.wait(signal)
      }
    }
    await heartbeats
  }

  async leave(): Promise<void> {
    const { memberId } = this.round
    this.end()
    // A static member is to come back: its partitions wait for it.
    if (memberId === '' || this.around.settings.instanceId !== null) return
    const { coordinator } = this.around
    const { group } = coordinator
    await coordinator.ask(LEAVE_GROUP, { group, memberId }, codeOf).catch(() => {})
  }

  /** One generation, from joining it until it is time for the next one. @throws BrokerError */
  private async rejoin(): Promise<void> {
    const { ownership, settings } = this.around
    this.isAgain = false
    this.isJoining = true
    let assigned: readonly TopicPartition[]
    try {
      const joined = await this.round.join(this.identity?.generation ?? -1)
      this.timingAlive()
      if (joined === null) {
        this.lose()
        return
      }
      const synced = await this.round.sync(joined)
      if (this.ending.signal.aborted) return
      this.joined = joined
      if (synced === null) return
      if (synced === 'lost') {
        this.lose()
        return
      }
      assigned = synced
      this.identities.publish(joined.member)
      this.timing.alive()
    } finally {
      this.isJoining = false
    }
    const { gone, come } = ownership.difference(assigned)
    ownership.add(come)
    if (gone.length > 0) await ownership.revoke(gone)
    else await this.between()
    if (this.identity === null || this.ending.signal.aborted) return
    if (settings.assignor === 'range') await ownership.revoke(ownership.partitions)
  }

  private timingAlive(): void {
    if (this.identity !== null) this.timing.alive()
  }

  private isOutdated(): boolean {
    return !this.isJoining && this.joined !== null && this.round.isOutdated(this.joined)
  }

  private async between(): Promise<void> {
    if (this.isAgain || this.isOutdated() || this.ending.signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.again = resolve
    await promise
  }

  private joinAgain(): void {
    this.isAgain = true
    this.again()
  }

  /** The group does not know us any more. */
  private lose(): void {
    this.timing.still()
    this.identities.publish(null)
    this.around.ownership.lose()
    this.joinAgain()
  }

  private async heartbeats(): Promise<void> {
    const { settings, coordinator, problem } = this.around
    const { group } = coordinator
    while (!this.ending.signal.aborted) {
      await this.timing.wait(settings.heartbeatIntervalMs)
      const { identity } = this
      if (identity === null || this.ending.signal.aborted) continue
      try {
        const { code } = await coordinator.ask(HEARTBEAT, { group, ...identity }, codeOf)
        if (this.identity === identity) this.heard(code)
      } catch (error) {
        if (this.ending.signal.aborted) return
        if (mayPass(error)) problem(error)
        else this.fail(error)
      }
    }
  }

  private heard(code: number): void {
    const { coordinator, problem } = this.around
    const isRebalance = code === ERROR.rebalanceInProgress
    if (code === ERROR.none || isRebalance) {
      this.timing.alive()
      // While a round goes on that is said of the one before.
      if (isRebalance && !this.isJoining) this.joinAgain()
    } else if (code === ERROR.unknownMemberId || code === ERROR.illegalGeneration) {
      // While a round goes on its own answer tells, and the generation is an old one at its end.
      if (this.isJoining) return
      if (code === ERROR.unknownMemberId) this.round.memberId = ''
      this.lose()
    } else if (isFinal(code)) this.fail(membershipFailure(code, coordinator.group))
    else problem(membershipFailure(code, coordinator.group))
  }

  private fail(error: unknown): void {
    this.end()
    this.around.failed(error)
  }

  private end(): void {
    this.ending.abort()
    this.timing.still()
    this.timing.hurry()
    this.identities.publish(null)
    this.again()
  }
}
