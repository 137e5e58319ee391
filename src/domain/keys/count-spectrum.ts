import type { KeyTable } from './key-table.ts'

/**
 * How many keys have how many messages, largest first: all that skew, packing and chance need to
 * know of the keys, and small however many keys there are.
 */
export interface CountSpectrum {
  /** Messages per key, descending, each value once, above 0. */
  readonly counts: Float64Array
  /** `keys[i]` keys have `counts[i]` messages; an estimate may be no integer. */
  readonly keys: Float64Array
  readonly distinct: number
  readonly messages: number
}

/** Counts below are tallied in an array, the few above in a map. */
const TALLIED = 4096

/** Collects messages per key into a spectrum. */
export class SpectrumBuilder {
  private readonly small = new Float64Array(TALLIED)
  private readonly large = new Map<number, number>()

  /** Adds `keys` keys with `messages` messages each; nothing for 0 messages. */
  add(messages: number, keys = 1): void {
    if (messages < TALLIED && Number.isInteger(messages)) {
      this.small[messages] = this.small[messages]! + keys
    } else {
      this.large.set(messages, (this.large.get(messages) ?? 0) + keys)
    }
  }

  build(): CountSpectrum {
    const entries = [...this.large]
    for (let count = 1; count < TALLIED; count++) {
      const keys = this.small[count]!
      if (keys > 0) entries.push([count, keys])
    }
    entries.sort(([a], [b]) => b - a)
    return {
      counts: Float64Array.from(entries, ([count]) => count),
      keys: Float64Array.from(entries, ([, keys]) => keys),
      distinct: entries.reduce((sum, [, keys]) => sum + keys, 0),
      messages: entries.reduce((sum, [count, keys]) => sum + count * keys, 0),
    }
  }
}

/** The spectrum of all keys of a table. */
export function spectrumOf(table: KeyTable): CountSpectrum {
  const builder = new SpectrumBuilder()
  for (let index = 0; index < table.size; index++) builder.add(table.messagesOf(index))
  return builder.build()
}

/** The same with `messages` more on a key that has `from` (0: on a key that is new). */
export function withMore(spectrum: CountSpectrum, from: number, messages: number): CountSpectrum {
  if (messages === 0) return spectrum
  const builder = new SpectrumBuilder()
  spectrum.counts.forEach((count, i) => {
    const keys = spectrum.keys[i]! - (count === from ? 1 : 0)
    if (keys > 0) builder.add(count, keys)
  })
  builder.add(from + messages)
  return builder.build()
}
