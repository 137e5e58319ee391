import type { CountSpectrum } from './count-spectrum.ts'
import type { SkewFigures } from './key-profile.ts'

/** How far from even the keys are; shares are of the messages that have a key. */
export function skewFigures(spectrum: CountSpectrum): SkewFigures {
  const { distinct, messages } = spectrum
  if (messages === 0) return NONE
  const mean = messages / distinct
  let squares = 0
  let entropy = 0
  let rankedSum = 0
  let ranksBelow = distinct
  spectrum.counts.forEach((count, i) => {
    const keys = spectrum.keys[i]!
    squares += keys * (count - mean) ** 2
    entropy -= keys * (count / messages) * Math.log2(count / messages)
    // Ascending ranks of these keys: from ranksBelow - keys + 1 to ranksBelow.
    rankedSum += count * keys * (ranksBelow - (keys - 1) / 2)
    ranksBelow -= keys
  })
  return {
    top1Share: shareOfTop(spectrum, 1),
    top10Share: shareOfTop(spectrum, 10),
    top1PercentShare: shareOfTop(spectrum, Math.ceil(distinct / 100)),
    cv: Math.sqrt(squares / distinct) / mean,
    gini: Math.max(0, (2 * rankedSum) / (distinct * messages) - (distinct + 1) / distinct),
    normalizedEntropy: distinct <= 1 ? 1 : Math.min(1, entropy / Math.log2(distinct)),
    effectiveKeys: 2 ** entropy,
  }
}

const NONE: SkewFigures = {
  top1Share: 0,
  top10Share: 0,
  top1PercentShare: 0,
  cv: 0,
  gini: 0,
  normalizedEntropy: 0,
  effectiveKeys: 0,
}

function shareOfTop(spectrum: CountSpectrum, keys: number): number {
  let left = keys
  let messages = 0
  for (let i = 0; i < spectrum.counts.length && left > 0; i++) {
    const taken = Math.min(left, spectrum.keys[i]!)
    messages += taken * spectrum.counts[i]!
    left -= taken
  }
  return messages / spectrum.messages
}
