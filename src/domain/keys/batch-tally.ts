import type { BatchFigures, Percentiles } from './key-profile.ts'
import { BATCH_COUNT, RECORD_WORDS } from './key-record.ts'
import type { KeyTable } from './key-table.ts'

/** What fetch batches hold, as counts that add up over partitions and runs. */
export interface BatchTally {
  readonly maxMessages: number
  batches: number
  /** By n: (batch, key) pairs with n messages. */
  readonly messagesPerKey: Float64Array
  /** By n: batches with n keys. */
  readonly keysPerBatch: Float64Array
  /** By n: full batches whose most frequent key has n messages. */
  readonly largestOfFull: Float64Array
  /** The last, shorter batches of partitions: size and messages of the most frequent key. */
  readonly partial: [size: number, largest: number][]
}

/** A tally of nothing. */
export function emptyTally(maxMessages: number): BatchTally {
  return {
    maxMessages,
    batches: 0,
    messagesPerKey: new Float64Array(maxMessages + 1),
    keysPerBatch: new Float64Array(maxMessages + 1),
    largestOfFull: new Float64Array(maxMessages + 1),
    partial: [],
  }
}

/** Both tallies together; they have the same `maxMessages`. */
export function addedTallies(a: BatchTally, b: BatchTally): BatchTally {
  return {
    maxMessages: a.maxMessages,
    batches: a.batches + b.batches,
    messagesPerKey: a.messagesPerKey.map((count, n) => count + b.messagesPerKey[n]!),
    keysPerBatch: a.keysPerBatch.map((count, n) => count + b.keysPerBatch[n]!),
    largestOfFull: a.largestOfFull.map((count, n) => count + b.largestOfFull[n]!),
    partial: [...a.partial, ...b.partial],
  }
}

/**
 * Adds a batch to a tally. Each key's messages are counted in its record, and set back to 0 when
 * they have been taken.
 * @param batch the key index of each message, -1 without a key
 */
export function addBatch(
  tally: BatchTally,
  { words }: KeyTable,
  batch: Int32Array,
  size: number,
): void {
  if (size === 0) return
  const { messagesPerKey } = tally
  let unkeyed = 0
  for (let i = 0; i < size; i++) {
    const key = batch[i]!
    if (key < 0) unkeyed++
    else words[key * RECORD_WORDS + BATCH_COUNT]!++
  }
  let largest = unkeyed
  let distinct = 0
  if (unkeyed > 0) {
    messagesPerKey[unkeyed]!++
    distinct++
  }
  for (let i = 0; i < size; i++) {
    const key = batch[i]!
    const at = key * RECORD_WORDS + BATCH_COUNT
    if (key < 0 || words[at] === 0) continue
    const count = words[at]!
    words[at] = 0
    messagesPerKey[count]!++
    distinct++
    if (count > largest) largest = count
  }
  tally.batches++
  tally.keysPerBatch[distinct]!++
  if (size < tally.maxMessages) tally.partial.push([size, largest])
  else tally.largestOfFull[largest]!++
}

/** The figures of a tally; percentiles are by nearest rank. */
export function batchFigures(tally: BatchTally): BatchFigures {
  return {
    maxMessages: tally.maxMessages,
    batches: tally.batches,
    messagesPerKey: percentiles(counted(tally.messagesPerKey)),
    keysPerBatch: percentiles(counted(tally.keysPerBatch)),
    parallelism: percentiles([
      ...counted(tally.largestOfFull).map(
        ([largest, batches]): Counted => [tally.maxMessages / largest, batches],
      ),
      ...tally.partial.map(([size, largest]): Counted => [size / largest, 1]),
    ]),
  }
}

type Counted = readonly [value: number, times: number]

function counted(counts: Float64Array): Counted[] {
  return Array.from(counts, (times, value): Counted => [value, times]).filter(([, n]) => n > 0)
}

function percentiles(values: readonly Counted[]): Percentiles {
  const ascending = values.toSorted(([a], [b]) => a - b)
  const total = values.reduce((sum, [, times]) => sum + times, 0)
  const at = (part: number) => {
    let below = 0
    for (const [value, times] of ascending) {
      below += times
      if (below >= part * total) return value
    }
    return 0
  }
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
