import type { MessageBatch } from '../../domain/model/message-batch.ts'
import type { Selection } from '../../domain/model/selection.ts'
import { KeptRows } from './kept-rows.ts'

/** The longest stretch of `spread`: what one poll of a consumer gives by default. */
const LONGEST_STRETCH = 500

type Batches = AsyncIterable<MessageBatch>

/**
 * The last `limit` records of a whole input, as one pass finds them: rows are copied, and those
 * that fell behind are forgotten. Memory holds `limit` rows and a batch.
 */
export async function* tail(batches: Batches, limit: number, whole: boolean): Sample {
  const kept = new KeptRows(whole)
  for await (const batch of batches) {
    kept.add(batch, 0, batch.count)
    kept.forget(limit)
  }
  yield* kept.rows(Math.max(0, kept.count - limit))
}

type Sample = AsyncGenerator<MessageBatch>

/**
 * `limit` records in stretches of neighbours, evenly placed over an input whose length nobody
 * knows before its end, in one pass and with room for twice the limit.
 *
 * The input is cut into stretches of equal length s (the root of the limit, at most 500). Kept is
 * every k-th stretch, from one that the seed chooses; k starts at 1 and doubles, and every other
 * kept stretch is forgotten, whenever more than twice the limit is kept. At the end every
 * (kept / wanted)-th of those is given, again from a place that the seed chooses. So every record
 * has the same chance, an input up to the limit is given whole, and seed and input alone decide.
 * The last stretch may be short, and the sample with it by fewer than s records.
 */
export async function* spread(
  batches: Batches,
  limit: number,
  seed: number,
  whole: boolean,
): Sample {
  const length = Math.min(LONGEST_STRETCH, Math.max(1, Math.floor(Math.sqrt(limit))))
  const stretches = new Stretches(length, Math.ceil((2 * limit) / length), mix(seed), whole)
  for await (const batch of batches) stretches.add(batch)
  yield* stretches.chosen(limit)
}

interface Stretch {
  readonly index: number
  readonly rows: KeptRows
}

class Stretches {
  private readonly length: number
  private readonly most: number
  private readonly chance: number
  private readonly whole: boolean
  private kept: Stretch[] = []
  private every = 1
  private seen = 0

  constructor(length: number, most: number, chance: number, whole: boolean) {
    this.length = length
    this.most = most
    this.chance = chance
    this.whole = whole
  }

  add(batch: MessageBatch): void {
    for (let row = 0; row < batch.count; ) {
      const index = Math.floor(this.seen / this.length)
      const inStretch = this.seen - index * this.length
      const rows = Math.min(batch.count - row, this.length - inStretch)
      if (this.keeps(index)) this.keep(index, batch, row, rows)
      row += rows
      this.seen += rows
    }
  }

  *chosen(limit: number): Generator<MessageBatch> {
    const wanted = Math.min(this.kept.length, Math.ceil(limit / this.length))
    const step = this.kept.length / wanted
    const first = (this.chance / 2 ** 32) * step
    let left = limit
    for (let i = 0; i < wanted; i++) {
      // A step of 1 means all; the seed has nothing to choose then.
      const { rows } = this.kept[step === 1 ? i : Math.floor(first + i * step)]!
      yield* rows.rows(0, left)
      left -= Math.min(left, rows.count)
    }
  }

  private keep(index: number, batch: MessageBatch, row: number, rows: number): void {
    let last = this.kept.at(-1)
    if (last?.index !== index) {
      if (this.kept.length === this.most) this.thin()
      if (!this.keeps(index)) return
      last = { index, rows: new KeptRows(this.whole, this.length) }
      this.kept.push(last)
    }
    last.rows.add(batch, row, row + rows)
  }

  private keeps(index: number): boolean {
    return index % this.every === this.chance % this.every
  }

  private thin(): void {
    this.every *= 2
    this.kept = this.kept.filter(({ index }) => this.keeps(index))
  }
}

/** A seed's 32 bits well mixed (the finaliser of murmur3), so that neighbouring seeds differ. */
function mix(seed: number): number {
  let bits = Math.imul(seed ^ (seed >>> 16) ^ 0x9e3779b9, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** Applies the sampling mode of a selection that has a limit; the batches come unlimited. */
export function sampled(batches: Batches, selection: Selection): Batches {
  const { limit, sample, seed, content } = selection
  const whole = content === 'messages'
  if (limit === null) return batches
  if (sample === 'tail') return tail(batches, limit, whole)
  return sample === 'spread' ? spread(batches, limit, seed, whole) : batches
}
