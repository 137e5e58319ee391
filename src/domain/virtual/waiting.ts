import type { Job, JobPart, OpenBatch } from './coordination.ts'

/** Messages of one batch for one VP, ascending. */
export interface Slice<M> {
  readonly batch: OpenBatch
  readonly messages: readonly M[]
  readonly offsets: readonly number[]
  /** Of each message, ascending (V8). */
  readonly arrivals: readonly number[]
}

/**
 * What waits of a slice before the offset, null for nothing; its batch gets to know.
 * @param taken messages of it that do not wait any more, and stay in it
 */
export function sliceBefore<M>(slice: Slice<M>, offset: number, taken = 0): Slice<M> | null {
  const { batch, messages, offsets, arrivals } = slice
  const place = offsets.findIndex((each) => each >= offset)
  if (place < 0) return slice
  const length = Math.max(place, taken)
  batch.left -= offsets.length - length
  batch.isMarkable = false
  if (length === taken) return null
  return {
    batch,
    messages: messages.slice(0, length),
    offsets: offsets.slice(0, length),
    arrivals,
  }
}

/** What waits for one VP, oldest first, and what it runs. */
export class Lane<M> {
  /** At most one (V6). */
  running: Job<M> | null = null
  private slices: Slice<M>[] = []
  /** Messages of the first slice that were taken. */
  private taken = 0

  get isEmpty(): boolean {
    return this.slices.length === 0
  }

  /** When the oldest waiting message arrived; only where something waits. */
  get arrival(): number {
    return this.slices[0]!.arrivals[this.taken]!
  }

  add(slice: Slice<M>): void {
    this.slices.push(slice)
  }

  /**
   * The oldest messages, at most so many, as what a job has of them; with others only those that
   * arrived up to `until`.
   */
  take(most: number, until: number): Pick<Job<M>, 'messages' | 'offsets' | 'parts'> {
    const first = this.slices[0]!
    const isWhole = this.taken === 0 && first.messages.length <= most
    if (isWhole && first.arrivals[first.messages.length - 1]! <= until) {
      const second = this.slices[1]
      if (second === undefined || first.messages.length === most || second.arrivals[0]! > until) {
        this.slices.shift()
        const parts = [{ batch: first.batch, count: first.messages.length }]
        return { messages: first.messages, offsets: first.offsets, parts }
      }
    }
    return this.takeSeveral(most, until)
  }

  /** Drops what waits at or after the offset; the batches get to know. @returns how many messages */
  dropFrom(offset: number): number {
    let dropped = 0
    const kept: Slice<M>[] = []
    for (const slice of this.slices) {
      const taken = slice === this.slices[0] ? this.taken : 0
      const before = sliceBefore(slice, offset, taken)
      dropped += slice.offsets.length - (before?.offsets.length ?? taken)
      if (before !== null) kept.push(before)
    }
    if (kept.length === 0) this.taken = 0
    this.slices = kept
    return dropped
  }

  private takeSeveral(most: number, until: number): Pick<Job<M>, 'messages' | 'offsets' | 'parts'> {
    const messages: M[] = []
    const offsets: number[] = []
    const parts: JobPart[] = []
    while (messages.length < most && this.slices.length > 0) {
      const slice = this.slices[0]!
      const start = this.taken
      const end = Math.min(slice.messages.length, start + most - messages.length)
      let at = start
      while (at < end && (messages.length === 0 || slice.arrivals[at]! <= until)) {
        messages.push(slice.messages[at]!)
        offsets.push(slice.offsets[at]!)
        at++
      }
      if (at > start) parts.push({ batch: slice.batch, count: at - start })
      this.taken = at
      if (at < slice.messages.length) break
      this.slices.shift()
      this.taken = 0
    }
    return { messages, offsets, parts }
  }
}
