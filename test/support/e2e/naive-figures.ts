import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { crc32 } from 'node:zlib'

/** Figures by plain counting, without a line of the product: what its answers are held against. */

const require = createRequire(import.meta.url)
const kafkaMurmur2: (
  key: string,
) => number = require('kafkajs/src/producer/partitioners/default/murmur2')

/** Slots of text keys, by other people's hashes or by hand. */
export const NAIVE_REDUCERS = {
  'byte-sum': (key: string, n: number) =>
    (Buffer.from(key).reduce((sum, byte) => sum + byte, 0) & 0xffff) % n,
  md5: (key: string, n: number) =>
    Number(BigInt(`0x${createHash('md5').update(key).digest('hex')}`) % BigInt(n)),
  murmur2: (key: string, n: number) => (kafkaMurmur2(key) & 0x7fffffff) % n,
  crc32: (key: string, n: number) => crc32(key) % n,
} as const

export type NaiveReducer = keyof typeof NAIVE_REDUCERS

/** Key -> how often it is there. */
export function countsOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Most frequent first; ties by bytes. */
export function ranked(keys: readonly string[]): [string, number][] {
  return [...countsOf(keys)].sort(
    ([a, m], [b, n]) => n - m || Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
}

/** The figures of a lane, to be compared with those of a document. */
export function naiveLane(keys: readonly string[], reducer: NaiveReducer, n: number) {
  const messages = new Array<number>(n).fill(0)
  const distinct = new Array<number>(n).fill(0)
  for (const [key, count] of countsOf(keys)) {
    const slot = NAIVE_REDUCERS[reducer](key, n)
    messages[slot]! += count
    distinct[slot]! += 1
  }
  const mean = keys.length / n
  const imbalance = Math.max(...messages) / mean
  const floor = Math.max(...packed(keys, n)) / mean
  return {
    messages,
    keys: distinct,
    emptySlots: messages.filter((load) => load === 0).length,
    imbalance,
    floor,
    avoidable: imbalance / floor,
  }
}

/** Largest first, each to the slot that has the least. */
function packed(keys: readonly string[], n: number): number[] {
  const loads = new Array<number>(n).fill(0)
  for (const [, count] of ranked(keys)) loads[loads.indexOf(Math.min(...loads))]! += count
  return loads
}

/** Skew of keys, formula by formula as docs/semantics.md has them. */
export function naiveSkew(keys: readonly string[]) {
  const counts = ranked(keys).map(([, count]) => count)
  const total = keys.length
  const share = (first: number) => counts.slice(0, first).reduce((a, b) => a + b, 0) / total
  const mean = total / counts.length
  const variance = counts.reduce((sum, c) => sum + (c - mean) ** 2, 0) / counts.length
  const entropy = -counts.reduce((sum, c) => sum + (c / total) * Math.log2(c / total), 0)
  const ascending = counts.toReversed()
  const weighted = ascending.reduce((sum, c, i) => sum + (i + 1) * c, 0)
  return {
    top1Share: share(1),
    top10Share: share(10),
    top1PercentShare: share(Math.ceil(counts.length / 100)),
    cv: Math.sqrt(variance) / mean,
    gini: (2 * weighted) / (counts.length * total) - (counts.length + 1) / counts.length,
    normalizedEntropy: entropy / Math.log2(counts.length),
    effectiveKeys: 2 ** entropy,
  }
}

/** A message as the simulation of batches needs it. */
export interface PlacedKey {
  readonly partition: number
  readonly key: string
}

/** Consecutive messages of each partition, at most `most` at a time, over `n` virtual partitions. */
export function naiveBatches(messages: readonly PlacedKey[], most: number, n: number) {
  const busy: number[] = []
  let fullest = 0
  for (const partition of new Set(messages.map((message) => message.partition))) {
    const own = messages.filter((message) => message.partition === partition)
    for (let first = 0; first < own.length; first += most) {
      const loads = new Array<number>(n).fill(0)
      for (const { key } of own.slice(first, first + most)) {
        loads[NAIVE_REDUCERS['byte-sum'](key, n)]! += 1
      }
      busy.push(loads.filter((load) => load > 0).length)
      fullest += Math.max(...loads)
    }
  }
  const histogram = Array.from({ length: n + 1 }, (_, k) => busy.filter((b) => b === k).length)
  return {
    batches: busy.length,
    mean: busy.reduce((a, b) => a + b, 0) / busy.length,
    busyHistogram: histogram,
    parallelEfficiency: messages.length / (n * fullest),
  }
}
