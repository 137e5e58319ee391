import type { BatchUse } from './simulation.ts'

/** Sums over the batches of a run; what `BatchUse` is computed from. */
export class BatchTally {
  batches = 0
  /** Polls of which a segment kept no message: they are no batch of its group (P3). */
  dropped = 0
  messages = 0
  /** Messages of the fullest VP of each batch, added up: the time that the batches take. */
  fullest = 0
  /** `busyHistogram[k]` batches had k busy VPs. */
  readonly busyHistogram: number[]

  constructor(virtualPartitions: number) {
    this.busyHistogram = new Array<number>(virtualPartitions + 1).fill(0)
  }

  /** One batch: of these messages, this many VPs had any, and the fullest had that many. */
  record(messages: number, busy: number, fullest: number): void {
    if (messages === 0) {
      this.dropped++
      return
    }
    this.batches++
    this.messages += messages
    this.fullest += fullest
    this.busyHistogram[busy]!++
  }

  copy(): BatchTally {
    const copy = new BatchTally(this.busyHistogram.length - 1)
    copy.batches = this.batches
    copy.dropped = this.dropped
    copy.messages = this.messages
    copy.fullest = this.fullest
    this.busyHistogram.forEach((count, busy) => {
      copy.busyHistogram[busy] = count
    })
    return copy
  }
}

/**
 * How well batches fill the virtual partitions. Efficiency is over all batches: messages /
 * (VPs x messages of the fullest VP of each batch), because a batch ends with its fullest VP (V7).
 */
export function batchUse(
  tally: BatchTally,
  { maxMessages, distribution }: Pick<BatchUse, 'maxMessages' | 'distribution'>,
): BatchUse {
  const { busyHistogram, batches, dropped, messages, fullest } = tally
  const virtualPartitions = busyHistogram.length - 1
  const busy = busyHistogram.reduce((sum, count, k) => sum + count * k, 0)
  return {
    maxMessages,
    virtualPartitions,
    distribution,
    batches,
    dropped,
    busy: {
      mean: batches === 0 ? 0 : busy / batches,
      p50: percentile(busyHistogram, batches, 0.5),
      p1: percentile(busyHistogram, batches, 0.01),
    },
    parallelEfficiency: fullest === 0 ? 0 : messages / (virtualPartitions * fullest),
    busyHistogram: [...busyHistogram],
  }
}

/** The smallest k such that at least that share of the batches had k busy VPs or fewer. */
function percentile(histogram: readonly number[], batches: number, share: number): number {
  let seen = 0
  for (const [busy, count] of histogram.entries()) {
    seen += count
    if (seen > 0 && seen >= share * batches) return busy
  }
  return 0
}
