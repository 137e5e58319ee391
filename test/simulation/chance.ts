import { seededRandom } from '../../src/domain/routing/seeded-random.ts'

/** Chance that a seed repeats. */
export class Chance {
  private readonly random: () => number

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  /** Whether something happens that does so with that probability; never draws for 0. */
  happens(probability: number): boolean {
    return probability > 0 && this.random() < probability
  }

  /** An integer, both ends inclusive. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1))
  }

  pick<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)]!
  }
}
