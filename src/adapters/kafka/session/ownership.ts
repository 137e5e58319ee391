import type { TopicPartition } from '../../../domain/model/cluster.ts'
import type { AssignedPartition, AssignmentListener } from '../../../ports/consumer-source.ts'
import { revocationTimedOut } from './failures.ts'
import { keyOf } from './partition-key.ts'
import { pause } from './pause.ts'
import type { StartPositions } from './start-positions.ts'
import type { Streams } from './stream/streams.ts'

/** One ownership of a partition: another object each time it is assigned (L4). */
export interface Owned extends TopicPartition {
  /** Whether the listener was told. */
  isAssigned: boolean
}

export interface OwnershipSurroundings {
  readonly group: string
  readonly listener: AssignmentListener
  readonly positions: StartPositions
  readonly streams: Streams
  /** Longest wait for the listener to give partitions up. */
  readonly revocationMs: number
  /** The session cannot go on. */
  failed(error: unknown): void
}

/** Which partitions are ours, and what the listener knows of that. */
export class Ownership {
  private readonly around: OwnershipSurroundings
  private readonly owned = new Map<string, Owned>()
  private readonly ending = new AbortController()
  private loss = new AbortController()

  constructor(around: OwnershipSurroundings) {
    this.around = around
  }

  get partitions(): readonly TopicPartition[] {
    return [...this.owned.values()].map(({ topic, partition }) => ({ topic, partition }))
  }

  /** The ownership that holds now. */
  of(partition: TopicPartition): Owned | null {
    return this.owned.get(keyOf(partition)) ?? null
  }

  /** What is ours and is not to be, and the other way around. */
  difference(target: readonly TopicPartition[]) {
    const wanted = new Set(target.map(keyOf))
    return {
      gone: this.partitions.filter((partition) => !wanted.has(keyOf(partition))),
      come: target.filter((partition) => !this.owned.has(keyOf(partition))),
    }
  }

  /** They are ours; the listener is told when their positions are known. */
  add(partitions: readonly TopicPartition[]): void {
    if (partitions.length === 0 || this.ending.signal.aborted) return
    const come = partitions.map(({ topic, partition }) => ({ topic, partition, isAssigned: false }))
    for (const owned of come) this.owned.set(keyOf(owned), owned)
    void this.open(come)
  }

  /** Resolves when the listener has given them up, or has taken too long. Never rejects. */
  async revoke(partitions: readonly TopicPartition[]): Promise<void> {
    const { listener, streams, group, revocationMs } = this.around
    const gone = partitions.flatMap((partition) => this.of(partition) ?? [])
    const told = gone.filter(({ isAssigned }) => isAssigned)
    if (told.length > 0) {
      const { signal } = this.loss
      const ended = new AbortController()
      const names = plain(told)
      const revoked = listener
        .revoked(names)
        .catch((error: unknown) => listener.problem(error))
        .finally(() => ended.abort())
      for (const partition of told) streams.close(partition)
      await Promise.race([revoked, pause(revocationMs, AbortSignal.any([signal, ended.signal]))])
      if (!ended.signal.aborted && !signal.aborted) {
        listener.problem(revocationTimedOut(group, revocationMs))
        listener.lost(names)
      }
    }
    for (const owned of gone) if (this.of(owned) === owned) this.owned.delete(keyOf(owned))
  }

  /** Everything is somebody else's already. */
  lose(): void {
    const told = [...this.owned.values()].filter(({ isAssigned }) => isAssigned)
    this.forget()
    if (told.length > 0) this.around.listener.lost(plain(told))
  }

  /** Ends it all without a word. */
  end(): void {
    this.ending.abort()
    this.forget()
  }

  private forget(): void {
    for (const partition of this.owned.values()) this.around.streams.close(partition)
    this.owned.clear()
    this.loss.abort()
    this.loss = new AbortController()
  }

  private async open(come: readonly Owned[]): Promise<void> {
    const { positions, streams, listener } = this.around
    const left = () => come.filter((owned) => !owned.isAssigned && this.of(owned) === owned)
    const found = (assigned: readonly AssignedPartition[]) => {
      const still = assigned.filter((partition) => {
        const owned = this.of(partition)
        if (owned === null || !come.includes(owned)) return false
        owned.isAssigned = true
        streams.open(partition, partition.position)
        return true
      })
      if (still.length > 0) listener.assigned(still)
    }
    try {
      await positions.find(left, found, this.ending.signal)
    } catch (error) {
      if (!this.ending.signal.aborted && left().length > 0) this.around.failed(error)
    }
  }
}

function plain(partitions: readonly TopicPartition[]): TopicPartition[] {
  return partitions.map(({ topic, partition }) => ({ topic, partition }))
}
