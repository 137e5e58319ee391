import type { BatchFigures, Percentiles } from './key-profile.ts'

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

/** Counts the keys within one batch at a time; the memory is used again. */
export class BatchCounter {
  private keys = new Int32Array(256)
  private counts = new Int32Array(256)

  /** Adds a batch, given as the key index of each message (-1: no key), to a tally. */
  add(tally: BatchTally, batch: Int32Array, size: number): void {
    if (size === 0) return
    if (size * 2 > this.keys.length) this.grow(size)
    const { keys, counts } = this
    const mask = keys.length - 1
    let distinct = 0
    for (let i = 0; i < size; i++) {
      const mark = batch[i]! + 2
      let slot = Math.imul(mark, 0x9e3779b1) >>> 7
      for (slot &= mask; keys[slot] !== mark; slot = (slot + 1) & mask) {
        if (keys[slot] !== 0) continue
        keys[slot] = mark
        counts[slot] = 0
        distinct++
        break
      }
      counts[slot] = counts[slot]! + 1
    }
    const largest = this.takeCounts(tally.messagesPerKey)
    tally.batches++
    tally.keysPerBatch[distinct] = tally.keysPerBatch[distinct]! + 1
    if (size < tally.maxMessages) tally.partial.push([size, largest])
    else tally.largestOfFull[largest] = tally.largestOfFull[largest]! + 1
  }

  private takeCounts(messagesPerKey: Float64Array): number {
    const { keys, counts } = this
    let largest = 0
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] === 0) continue
      keys[slot] = 0
      const count = counts[slot]!
      messagesPerKey[count] = messagesPerKey[count]! + 1
      if (count > largest) largest = count
    }
    return largest
  }

  private grow(size: number): void {
    const length = 2 ** Math.ceil(Math.log2(size * 2))
    this.keys = new Int32Array(length)
    this.counts = new Int32Array(length)
  }
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
