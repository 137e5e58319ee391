import { allCheckers } from './checkers/all.ts'
import { type Faults, faultsText } from './faults.ts'
import type { Entry, Log } from './log.ts'
import { judge, type Violation } from './replay.ts'
import type { Setup } from './setup.ts'
import { World } from './world.ts'

/** A run that is over. */
export interface Simulated {
  readonly seed: number
  readonly setup: Setup
  readonly faults: Faults
  readonly log: Log
  readonly violation: Violation | null
}

/** Runs one seed and judges what happened. */
export async function simulate(seed: number): Promise<Simulated> {
  const world = new World(seed)
  const log = await world.run()
  const { setup, drawn: faults } = world
  return { seed, setup, faults, log, violation: judge(log, setup, allCheckers()) }
}

/** The seed and the faults drawn, in one line. */
export function headline(seed: number): string {
  const { setup, drawn } = new World(seed)
  return `seed ${seed}: ${JSON.stringify(setup)} ${faultsText(drawn)}`
}

/** The shortest story that proves it, and how to see it again. */
export function story({ seed, log, violation }: Simulated): string {
  if (violation === null) return `seed ${seed}: every rule held`
  const { rule, story: sentence } = violation
  const about = log.entries.filter((entry) => isAbout(entry, violation, log))
  return [
    `${rule}: ${sentence}`,
    ...about.slice(-24).map((entry) => `  ${JSON.stringify(entry)}`),
    `again: npm run sim -- --seed ${seed} --trace`,
  ].join('\n')
}

/** Entries of the same ownership that say something of the message, up to the violation. */
function isAbout(entry: Entry, { ownership, offset, at }: Violation, log: Log): boolean {
  if (entry.at > at) return false
  if ('ownership' in entry && entry.ownership === ownership) {
    if (entry.kind === 'call') return offset === null || entry.offsets.includes(offset)
    return true
  }
  if (!('call' in entry) || !('offset' in entry) || entry.offset !== offset) return false
  return log.entries.some(
    (each) => each.kind === 'call' && each.call === entry.call && each.ownership === ownership,
  )
}
