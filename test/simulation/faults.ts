import { Chance } from './chance.ts'
import type { Setup } from './setup.ts'

/** What goes wrong, as probabilities where nothing else is said; 0: never. Plain JSON. */
export interface Faults {
  /** How long things go wrong, in milliseconds. */
  readonly forMs: number
  /** At each moment of the injector. */
  readonly crash: number
  /** At each poll, commit, produce and message: the process dies before or after it. */
  readonly crashInside: number
  readonly stop: number
  /** The cluster puts a member out, which joins again. */
  readonly expel: number
  readonly compact: number
  readonly outage: number
  /** A poll gives fewer messages than there are. */
  readonly shortPoll: number
  /** A poll that only moves the position over a gap. */
  readonly emptyPoll: number
  /** Longest time of a request, in milliseconds. */
  readonly latencyMs: number
  readonly commitRefused: number
  readonly commitThrown: number
  /** It was done, and is reported failed. */
  readonly commitAnswerLost: number
  readonly produceThrown: number
  readonly produceAnswerLost: number
  /** A call that takes longer than sessions and revocations may. */
  readonly slow: number
  /** User code throws, for no reason of the message's. */
  readonly throws: number
  /** Of messages: fails some times, or for ever where there are dead letters. */
  readonly troubled: number
  readonly partitioner: number
  readonly pause: number
  readonly seek: number
  readonly collapse: number
}

/** No faults: what a run ends with. */
export const NO_FAULTS: Faults = {
  forMs: 0,
  crash: 0,
  crashInside: 0,
  stop: 0,
  expel: 0,
  compact: 0,
  outage: 0,
  shortPoll: 0,
  emptyPoll: 0,
  latencyMs: 0,
  commitRefused: 0,
  commitThrown: 0,
  commitAnswerLost: 0,
  produceThrown: 0,
  produceAnswerLost: 0,
  slow: 0,
  throws: 0,
  troubled: 0,
  partitioner: 0,
  pause: 0,
  seek: 0,
  collapse: 0,
}

/** Draws which faults a run has: some of them, so that runs differ in kind and not only in order. */
export function drawFaults(seed: number, setup: Setup): Faults {
  const chance = new Chance(seed * 2 + 2)
  const some = (likely: number, ...rates: readonly number[]) =>
    chance.happens(likely) ? chance.pick(rates) : 0
  const seek = some(0.2, 0.01, 0.03)
  return {
    forMs: chance.pick([1500, 3000, 5000]),
    crash: some(0.4, 0.03, 0.1),
    crashInside: some(0.3, 0.002, 0.01),
    stop: some(0.4, 0.03, 0.1),
    expel: some(0.4, 0.05, 0.2),
    compact: some(0.25, 0.05, 0.2),
    outage: setup.letters === null ? 0 : some(0.3, 0.1, 0.3),
    shortPoll: some(0.5, 0.2, 0.7),
    emptyPoll: some(0.3, 0.5),
    latencyMs: some(0.7, 2, 10, 60),
    commitRefused: some(0.25, 0.1, 0.5),
    commitThrown: some(0.25, 0.1, 0.5),
    commitAnswerLost: some(0.25, 0.1, 0.5),
    produceThrown: some(0.3, 0.3),
    produceAnswerLost: some(0.3, 0.3),
    slow: some(0.35, 0.02, 0.1),
    throws: some(0.5, 0.02, 0.08),
    troubled: some(0.6, 0.05, 0.2),
    partitioner: setup.virtual === null ? 0 : some(0.3, 0.05, 0.3),
    // A seek of one VP outranks the pause of another, and would leave behind what that one left undone.
    pause: seek > 0 ? 0 : some(0.35, 0.05, 0.25),
    seek,
    collapse: some(0.25, 0.02, 0.1),
  }
}

/** The faults that a run has, in one line. */
export function faultsText(faults: Faults): string {
  const drawn = Object.entries(faults).filter(([, rate]) => rate !== 0)
  return drawn.map(([name, rate]) => `${name}=${rate}`).join(' ')
}
