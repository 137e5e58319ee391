import { seededRandom } from '../../../../../src/domain/routing/seeded-random.ts'
import type { SimulationOptions } from '../../../../../src/domain/simulation/simulator.ts'
import type { Timing, TimingOptions } from '../../../../../src/domain/simulation/timing/timing.ts'
import { type Layers, type Row, simulated } from '../messages.ts'

const assumed: TimingOptions = { ioMs: 10, concurrency: 2, overlap: false, failRate: 0, seed: 1 }

/** What the timing of one strategy says of these messages; 10 ms each, 2 workers. */
export function timed(
  layers: Layers,
  rows: readonly Row[],
  timing: Partial<TimingOptions> = {},
  options: Partial<SimulationOptions> = {},
): Timing {
  return simulated(layers, rows, { ...options, timing: { ...assumed, ...timing } }).timing!
}

/** Messages of partition 0, one for each letter. */
export function letters(text: string, partition = 0): Row[] {
  return [...text].map((key) => [key, partition])
}

/** Half of the attempts fail, by a seed with which the first ones go like that: `foo`, f failing. */
export function failing(attempts: string): Pick<TimingOptions, 'failRate' | 'seed'> {
  for (let seed = 1; ; seed++) {
    const random = seededRandom(seed)
    if ([...attempts].every((attempt) => random() < 0.5 === (attempt === 'f'))) {
      return { failRate: 0.5, seed }
    }
  }
}
