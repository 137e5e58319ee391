import { describe, expect, it } from 'vitest'
import { faultsText } from './faults.ts'
import { simulate, story } from './simulate.ts'

const SEEDS = 200
/** Several tests, so that one shows how far it came. */
const PARTS = 8

describe('the runtime under seeded faults', () => {
  for (let part = 0; part < PARTS; part++) {
    const first = 1 + (part * SEEDS) / PARTS
    const last = first + SEEDS / PARTS - 1
    it(`I1-I9: every rule holds with seeds ${first} to ${last}`, async () => {
      for (let seed = first; seed <= last; seed++) {
        const run = await simulate(seed)
        if (run.violation === null) continue
        expect.fail(`seed ${seed}: ${faultsText(run.faults)}\n${story(run)}`)
      }
    })
  }

  it('replays a seed exactly, to the byte', async () => {
    for (const seed of [3, 32, 56, 128, 331]) {
      const [first, second] = [await simulate(seed), await simulate(seed)]
      expect(first.log.text() === second.log.text()).toBe(true)
      expect(first.log.entries.length).toBeGreaterThan(100)
    }
  })
})
