/** What one process has to do in one partition: its own messages, in log order. */
export interface PartitionQueue {
  /** The key of each, as the log numbers keys. */
  readonly keys: Int32Array
  /** Where each is in the partition; null: it has all of them. */
  readonly offsets: Int32Array | null
  /** Messages of the partition, those of other segments included. */
  readonly end: number
}

/** A poll: at most so many messages of the partition, of which the process keeps its own (P2, P3). */
export interface Poll {
  readonly messages: readonly number[]
  readonly offsets: readonly number[]
  readonly dropped: Uint8Array | null
  readonly next: number
}

const OTHERS = -1

/**
 * The first poll from `from` on that holds anything for the process; null where there is none. Of the
 * messages of other segments only those at its ends are there: they say where it begins and ends,
 * and the rest counts as marked anyway (O3).
 */
export function pollOf(queue: PartitionQueue, from: number, maxMessages: number): Poll | null {
  const { keys, offsets, end } = queue
  if (offsets === null) return wholePoll(keys, from, Math.min(from + maxMessages, end))
  const at = lowerBound(offsets, from)
  if (at === offsets.length) return null
  const start = from + Math.floor((offsets[at]! - from) / maxMessages) * maxMessages
  const next = Math.min(start + maxMessages, end)
  const messages: number[] = []
  const found: number[] = []
  if (offsets[at]! > start) {
    messages.push(OTHERS)
    found.push(start)
  }
  const first = messages.length
  for (let i = at; i < offsets.length && offsets[i]! < next; i++) {
    messages.push(keys[i]!)
    found.push(offsets[i]!)
  }
  const kept = messages.length
  if (found[kept - 1]! < next - 1) {
    messages.push(OTHERS)
    found.push(next - 1)
  }
  const isWhole = first === 0 && messages.length === kept
  const dropped = isWhole ? null : new Uint8Array(messages.length)
  if (first > 0) dropped![0] = 1
  dropped?.fill(1, kept)
  return { messages, offsets: found, dropped, next }
}

function wholePoll(keys: Int32Array, from: number, next: number): Poll | null {
  if (from >= next) return null
  const messages = new Array<number>(next - from)
  const offsets = new Array<number>(next - from)
  for (let i = 0; i < messages.length; i++) {
    messages[i] = keys[from + i]!
    offsets[i] = from + i
  }
  return { messages, offsets, dropped: null, next }
}

/** The first place whose offset is not before it. */
function lowerBound(offsets: Int32Array, offset: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (offsets[middle]! < offset) low = middle + 1
    else high = middle
  }
  return low
}
