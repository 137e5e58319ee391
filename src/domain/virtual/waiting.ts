import type { Job, OpenBatch } from './coordination.ts'

/** Messages of one batch, ascending, that are to be handed out. */
export interface Slice<M> {
  readonly batch: OpenBatch
  readonly messages: readonly M[]
  readonly offsets: readonly number[]
  /** Of each message, ascending (V8). */
  readonly arrivals: readonly number[]
}

/** What is left of a slice before the offset, null for nothing; its batch gets to know. */
export function sliceBefore<M>(slice: Slice<M>, offset: number): Slice<M> | null {
  const { batch, messages, offsets, arrivals } = slice
  const length = offsets.findIndex((each) => each >= offset)
  if (length < 0) return slice
  batch.left -= offsets.length - length
  batch.isMarkable = false
  if (length === 0) return null
  return { batch, messages: messages.slice(0, length), offsets: offsets.slice(0, length), arrivals }
}

/** What a job has of a lane. */
type Taken<M> = Pick<Job<M>, 'messages' | 'offsets' | 'parts'>

/** Taken messages are cut off when so many lie in front. */
const TAKEN_MAX = 1024

/**
 * What waits for one VP, oldest first, and what it runs. Columns over all batches: with many VPs a
 * batch has few messages for each, and an object for each of those would cost more than they do.
 */
export class Lane<M> {
  /** At most one (V6). */
  running: Job<M> | null = null
  private messages: M[] = []
  private offsets: number[] = []
  private arrivals: number[] = []
  private batches: OpenBatch[] = []
  /** The first one that waits. */
  private head = 0

  get isEmpty(): boolean {
    return this.head === this.messages.length
  }

  /** When the oldest waiting message arrived; only where something waits. */
  get arrival(): number {
    return this.arrivals[this.head]!
  }

  add(message: M, offset: number, arrival: number, batch: OpenBatch): void {
    this.messages.push(message)
    this.offsets.push(offset)
    this.arrivals.push(arrival)
    this.batches.push(batch)
  }

  /**
   * The oldest messages, at most so many, as what a job has of them; beside the first one only those
   * that arrived up to `until`.
   */
  take(most: number, until: number): Taken<M> {
    const { head, messages, offsets, batches } = this
    const end = this.endOf(Math.min(messages.length, head + most), until)
    const parts = partsOf(batches, head, end)
    if (head === 0 && end === messages.length) {
      this.clear()
      return { messages, offsets, parts }
    }
    const taken = { messages: messages.slice(head, end), offsets: offsets.slice(head, end), parts }
    this.head = end
    if (end === messages.length) this.clear()
    else if (end > TAKEN_MAX && end > messages.length / 2) this.cut()
    return taken
  }

  /** Drops what waits at or after the offset; the batches get to know. @returns how many messages */
  dropFrom(offset: number): number {
    const { offsets, batches } = this
    let kept = this.head
    while (kept < offsets.length && offsets[kept]! < offset) kept++
    const dropped = offsets.length - kept
    for (let i = kept; i < batches.length; i++) {
      batches[i]!.left--
      batches[i]!.isMarkable = false
    }
    this.messages.length = kept
    offsets.length = kept
    this.arrivals.length = kept
    batches.length = kept
    if (this.isEmpty) this.clear()
    return dropped
  }

  private endOf(limit: number, until: number): number {
    const { arrivals } = this
    if (arrivals[limit - 1]! <= until) return limit
    let end = this.head + 1
    while (end < limit && arrivals[end]! <= until) end++
    return end
  }

  private clear(): void {
    this.messages = []
    this.offsets = []
    this.arrivals = []
    this.batches = []
    this.head = 0
  }

  private cut(): void {
    this.messages = this.messages.slice(this.head)
    this.offsets = this.offsets.slice(this.head)
    this.arrivals = this.arrivals.slice(this.head)
    this.batches = this.batches.slice(this.head)
    this.head = 0
  }
}

/** The batches of the messages from `head` on, with how many each; those of a batch lie together. */
function partsOf(batches: readonly OpenBatch[], head: number, end: number): Job<never>['parts'] {
  const parts = []
  for (let at = head; at < end; ) {
    const batch = batches[at]!
    const first = at
    while (at < end && batches[at] === batch) at++
    parts.push({ batch, count: at - first })
  }
  return parts
}
