import { seededRandom } from '../routing/seeded-random.ts'
import type { CountSpectrum } from './count-spectrum.ts'

const SEED = 20_221
const MOST_TRIALS = 1000
/** Numbers drawn in all trials together: with very many slots fewer trials are as exact. */
const MOST_DRAWN = 2 ** 19
/** The most frequent keys are thrown one by one; the sum of all others is close to normal. */
const THROWN = 64

/**
 * Mean imbalance (max / mean over slots) when every key falls on a slot by pure chance: what a good
 * hash is expected to give on these keys. Monte Carlo with a fixed seed, so it can be repeated.
 */
export function randomHashImbalance(spectrum: CountSpectrum, slots: number): number {
  if (spectrum.messages === 0) return 0
  if (slots === 1) return 1
  const { thrown, tail } = split(spectrum)
  const mean = tail.messages / slots
  const deviation = Math.sqrt(tail.squares / slots)
  const random = seededRandom(SEED)
  const loads = new Float64Array(slots)
  const drawn = slots + thrown.length
  const trials = Math.max(1, Math.min(MOST_TRIALS, Math.floor(MOST_DRAWN / drawn)))
  let sumOfMaxima = 0
  for (let trial = 0; trial < trials; trial++) {
    fillNormal(loads, mean, deviation, random)
    for (const messages of thrown) {
      const slot = Math.floor(random() * slots)
      loads[slot] = loads[slot]! + messages
    }
    let most = 0
    for (let slot = 0; slot < slots; slot++) if (loads[slot]! > most) most = loads[slot]!
    sumOfMaxima += most
  }
  return (sumOfMaxima / trials) * (slots / spectrum.messages)
}

function split(spectrum: CountSpectrum): {
  thrown: number[]
  tail: { messages: number; squares: number }
} {
  const thrown: number[] = []
  const tail = { messages: 0, squares: 0 }
  spectrum.counts.forEach((count, i) => {
    const keys = spectrum.keys[i]!
    const one = Math.min(Math.round(keys), THROWN - thrown.length)
    for (let k = 0; k < one; k++) thrown.push(count)
    tail.messages += (keys - one) * count
    tail.squares += (keys - one) * count * count
  })
  return { thrown, tail }
}

/**
 * Loads of many small keys: normal, and correlated so that they add up to the tail's messages,
 * as multinomial loads are.
 */
function fillNormal(
  loads: Float64Array,
  mean: number,
  deviation: number,
  random: () => number,
): void {
  if (deviation === 0) {
    loads.fill(mean)
    return
  }
  let sum = 0
  for (let slot = 0; slot < loads.length; slot++) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    loads[slot] = radius * Math.cos(2 * Math.PI * random())
    sum += loads[slot]!
  }
  const middle = sum / loads.length
  for (let slot = 0; slot < loads.length; slot++) {
    loads[slot] = mean + deviation * (loads[slot]! - middle)
  }
}
