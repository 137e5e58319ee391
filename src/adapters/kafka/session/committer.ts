import type { CommittedOffset } from '../../../domain/model/cluster.ts'
import type { ClusterProblem, WriteOutcome } from '../../../domain/model/consumer-group.ts'
import { BrokerError } from '../../../errors.ts'
import { answerLost, notSent, writeProblem } from '../groups/problems.ts'
import { OFFSET_COMMIT } from '../groups/requests/offset-commit.ts'
import { COORDINATOR_MOVED, ERROR } from '../wire/error-codes.ts'
import { type GroupCoordinator, mayPass } from './coordinator.ts'
import { notOwned } from './failures.ts'
import type { Member } from './member-identity.ts'
import type { Owned, Ownership } from './ownership.ts'
import { keyOf } from './partition-key.ts'
import { BackOff, pause } from './pause.ts'

/** The generation or epoch is another one: whether the partition is still ours decides. */
const MEMBER_CHANGED: ReadonlySet<number> = new Set([
  ERROR.rebalanceInProgress,
  ERROR.illegalGeneration,
  ERROR.unknownMemberId,
  ERROR.staleMemberEpoch,
  ERROR.fencedMemberEpoch,
])

/** To write the same offset again does no harm: commits of a session go one after the other. */
const AGAIN: ReadonlySet<number> = new Set([
  ...COORDINATOR_MOVED,
  ERROR.unknownServerError,
  ERROR.requestTimedOut,
  ERROR.networkException,
  ERROR.notEnoughReplicas,
  ERROR.notEnoughReplicasAfterAppend,
  ERROR.kafkaStorageError,
])

interface Entry {
  readonly offset: CommittedOffset
  readonly owned: Owned | null
  outcome: WriteOutcome | null
}

export interface CommitterSurroundings {
  readonly coordinator: GroupCoordinator
  readonly member: Member
  readonly ownership: Ownership
  /** How long a commit is tried. */
  readonly withinMs: number
  readonly ending: AbortSignal
}

/**
 * Commits, one request at a time, so that an older position never comes after a newer one. What
 * waits meanwhile goes together.
 */
export class Committer {
  private readonly around: CommitterSurroundings
  private waiting: { readonly entries: readonly Entry[]; readonly done: () => void }[] = []
  private isWriting = false

  constructor(around: CommitterSurroundings) {
    this.around = around
  }

  /** As `GroupSession.commit`. Never rejects. */
  async commit(offsets: readonly CommittedOffset[]): Promise<WriteOutcome[]> {
    const entries: Entry[] = offsets.map((offset) => {
      return { offset, owned: this.around.ownership.of(offset), outcome: null }
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.waiting.push({ entries, done: resolve })
    if (!this.isWriting) void this.writeAll()
    await promise
    return entries.map(({ outcome, offset }) => outcome ?? notOwned(offset))
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true
    while (this.waiting.length > 0) {
      const calls = this.waiting.splice(0)
      await this.write(calls.flatMap(({ entries }) => entries))
      for (const { done } of calls) done()
    }
    this.isWriting = false
  }

  /** The last one of a partition is written, and speaks for those before it. */
  private async write(entries: readonly Entry[]): Promise<void> {
    const last = new Map<Owned, Entry>()
    for (const entry of entries) if (entry.owned !== null) last.set(entry.owned, entry)
    await this.settle([...last.values()])
    for (const entry of entries) {
      entry.outcome ??= (entry.owned && last.get(entry.owned)?.outcome) ?? notOwned(entry.offset)
    }
  }

  private async settle(entries: readonly Entry[]): Promise<void> {
    const { member, ending, withinMs } = this.around
    const deadline = performance.now() + withinMs
    const again = new BackOff()
    for (;;) {
      const open = this.stillOurs(entries)
      if (open.length === 0) return
      const { identity } = member
      const isOver = performance.now() > deadline || ending.aborted
      const isRenewing = await this.attempt(open, identity, isOver)
      if (isOver) return
      if (open.every(({ outcome }) => outcome !== null)) continue
      if (isRenewing) {
        const waited = new AbortController()
        const enough = AbortSignal.any([ending, waited.signal])
        const leftMs = Math.max(0, deadline - performance.now())
        await Promise.race([member.renewed(identity), pause(leftMs, enough)])
        waited.abort()
        if (member.identity !== identity) continue
      }
      await again.wait(ending)
    }
  }

  private stillOurs(entries: readonly Entry[]): Entry[] {
    return entries.filter((entry) => {
      if (entry.outcome !== null) return false
      if (this.around.ownership.of(entry.offset) === entry.owned) return true
      entry.outcome = notOwned(entry.offset)
      return false
    })
  }

  /** @returns whether a newer identity is needed for the rest */
  private async attempt(
    open: readonly Entry[],
    identity: Member['identity'],
    isOver: boolean,
  ): Promise<boolean> {
    if (identity === null) return true
    const { coordinator } = this.around
    const { group } = coordinator
    const offsets = open.map(({ offset }) => offset)
    const all = (problem: ClusterProblem) => {
      for (const entry of open) entry.outcome = { ...place(entry), problem }
    }
    let isRenewing = false
    try {
      const written = await coordinator.ask(
        OFFSET_COMMIT,
        { group, offsets, member: identity },
        (answer) => answer.find(({ code }) => COORDINATOR_MOVED.has(code))?.code ?? ERROR.none,
      )
      const codes = new Map(written.map((part) => [keyOf(part), part.code]))
      for (const entry of open) {
        const { topic, partition } = entry.offset
        const code = codes.get(keyOf(entry.offset)) ?? ERROR.unknownServerError
        isRenewing ||= MEMBER_CHANGED.has(code)
        if (!isOver && (AGAIN.has(code) || MEMBER_CHANGED.has(code))) continue
        const where = { kind: 'commit', group, topic, partition } as const
        const isLost = MEMBER_CHANGED.has(code) || code === ERROR.fencedInstanceId
        const problem = code === ERROR.none ? null : writeProblem(code, where)
        entry.outcome = isLost ? notOwned(entry.offset) : { topic, partition, problem }
      }
    } catch (error) {
      if (!(error instanceof BrokerError)) {
        all({ code: 'unexpected', message: String(error), outcome: 'uncertain' })
      } else if (!mayPass(error)) all(notSent(error))
      else if (isOver) all(answerLost(error))
    }
    return isRenewing
  }
}

function place({ offset: { topic, partition } }: Entry) {
  return { topic, partition }
}
