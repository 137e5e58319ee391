import type { CommittedOffset, TopicPartition } from '../domain/model/cluster.ts'
import type { WriteOutcome } from '../domain/model/consumer-group.ts'
import { BrokerError } from '../errors.ts'

/** What is to be committed for a partition. */
interface Stored {
  readonly place: TopicPartition
  offset: number
  metadata: string
  /** What was committed last; null: nothing by us. */
  committed: { readonly offset: number; readonly metadata: string } | null
}

/** Where commits go, and who is told. */
export interface CommitTarget {
  commit(offsets: readonly CommittedOffset[]): Promise<readonly WriteOutcome[]>
  committed(place: TopicPartition, offset: number, metadata: string): void
  failed(place: TopicPartition, error: unknown): void
}

/**
 * What materialised and is not committed yet (O5). One commit is under way at a time, so a position
 * never overtakes a later one; what a commit did not settle stays for the next.
 */
export class Commits {
  private readonly target: CommitTarget
  private readonly stored = new Map<string, Stored>()
  private last: Promise<void> = Promise.resolve()

  constructor(target: CommitTarget) {
    this.target = target
  }

  /** From now on the partition is ours. */
  open(place: TopicPartition, position: number): void {
    const committed = { offset: position, metadata: '' }
    this.stored.set(nameOf(place), { place, ...committed, committed })
  }

  /** Nothing is committed for it any more. */
  close(place: TopicPartition): void {
    this.stored.delete(nameOf(place))
  }

  store(place: TopicPartition, offset: number, metadata: string): void {
    const stored = this.stored.get(nameOf(place))
    if (stored === undefined) return
    stored.offset = offset
    stored.metadata = metadata
  }

  /** Runs what commits the offset by itself, while no other commit is under way (D7). */
  async transact(
    { offset, metadata, ...place }: CommittedOffset,
    run: () => Promise<void>,
  ): Promise<void> {
    const turn = this.last.then(run)
    this.last = turn.then(
      () => this.settled(place, Number(offset), metadata),
      () => undefined,
    )
    await turn
    await this.last
  }

  /**
   * Commits what was stored for these partitions; for all that are ours when none are given.
   * @returns whether all of it is committed when it resolves; never rejects
   */
  async flush(places: readonly TopicPartition[] | null = null): Promise<boolean> {
    const turn = this.last.then(() => this.commitDue(places))
    this.last = turn.then(() => undefined)
    return turn
  }

  private settled(place: TopicPartition, offset: number, metadata: string): void {
    const stored = this.stored.get(nameOf(place))
    if (stored === undefined) return
    stored.committed = { offset, metadata }
    // A late mark may have got past it meanwhile.
    if (offset < stored.offset) return
    stored.offset = offset
    stored.metadata = metadata
  }

  private async commitDue(places: readonly TopicPartition[] | null): Promise<boolean> {
    const asked = places?.map((place) => this.stored.get(nameOf(place))) ?? [
      ...this.stored.values(),
    ]
    const due = asked.filter((stored) => stored !== undefined && isDue(stored)) as Stored[]
    if (due.length === 0) return asked.every((stored) => stored !== undefined)
    const values = due.map(({ offset, metadata }) => ({ offset, metadata }))
    try {
      const outcomes = await this.target.commit(
        due.map(({ place, offset, metadata }) => ({
          ...place,
          offset: BigInt(offset),
          metadata,
          leaderEpoch: null,
        })),
      )
      return this.settle(due, values, outcomes)
    } catch (error) {
      for (const { place } of due) this.target.failed(place, error)
      return false
    }
  }

  private settle(
    due: readonly Stored[],
    values: readonly { readonly offset: number; readonly metadata: string }[],
    outcomes: readonly WriteOutcome[],
  ): boolean {
    for (const [index, stored] of due.entries()) {
      const problem = outcomes[index]?.problem ?? null
      if (problem !== null) {
        this.target.failed(stored.place, new BrokerError(problem.code, problem.message))
        continue
      }
      stored.committed = values[index]!
      const { offset, metadata } = values[index]!
      this.target.committed(stored.place, offset, metadata)
    }
    return outcomes.every(({ problem }) => problem === null)
  }
}

function isDue({ offset, metadata, committed }: Stored): boolean {
  return committed === null || committed.offset !== offset || committed.metadata !== metadata
}

/** A partition's name in maps. */
export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}
