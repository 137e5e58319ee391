import type { TopicPartition } from '../../../src/domain/model/cluster.ts'
import type { AssignedPartition, AssignmentListener } from '../../../src/ports/consumer-source.ts'

/** What a member was told, in the order of telling. */
export type Told =
  | { readonly type: 'assigned' | 'revoked' | 'released' | 'lost'; readonly places: string[] }
  | { readonly type: 'problem' | 'failed'; readonly error: unknown }

/** Remembers what the group tells a member, beside other members in one timeline if wanted. */
export class RecordedAssignment implements AssignmentListener {
  readonly told: Told[] = []
  readonly owned = new Map<string, AssignedPartition>()
  /** What a revocation waits for; as a consumer that has jobs to end. */
  beforeRelease: (places: readonly TopicPartition[]) => Promise<void> = async () => {}
  private readonly timeline: { readonly who: string; readonly what: Told }[]
  private readonly who: string
  private waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = []

  constructor(who = 'member', timeline: { who: string; what: Told }[] = []) {
    this.who = who
    this.timeline = timeline
  }

  assigned(partitions: readonly AssignedPartition[]): void {
    for (const partition of partitions) this.owned.set(nameOf(partition), partition)
    this.tell({ type: 'assigned', places: partitions.map(nameOf) })
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    this.tell({ type: 'revoked', places: partitions.map(nameOf) })
    await this.beforeRelease(partitions)
    for (const partition of partitions) this.owned.delete(nameOf(partition))
    this.tell({ type: 'released', places: partitions.map(nameOf) })
  }

  lost(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.owned.delete(nameOf(partition))
    this.tell({ type: 'lost', places: partitions.map(nameOf) })
  }

  problem(error: unknown): void {
    this.tell({ type: 'problem', error })
  }

  failed(error: unknown): void {
    this.tell({ type: 'failed', error })
  }

  /** The partitions that are ours, by name, ascending. */
  places(): string[] {
    return [...this.owned.keys()].sort()
  }

  /** Resolves when it has become true, by something that was told. */
  async until(holds: (self: this) => boolean): Promise<this> {
    if (!holds(this)) {
      await new Promise<void>((resolve) => {
        this.waiting.push({ holds: () => holds(this), resolve })
      })
    }
    return this
  }

  /** Resolves when exactly so many partitions are ours. */
  async owning(count: number): Promise<this> {
    return await this.until(({ owned }) => owned.size === count)
  }

  private tell(what: Told): void {
    this.told.push(what)
    this.timeline.push({ who: this.who, what })
    const due = this.waiting.filter(({ holds }) => holds())
    this.waiting = this.waiting.filter((waiter) => !due.includes(waiter))
    for (const { resolve } of due) resolve()
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}
