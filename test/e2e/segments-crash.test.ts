import { afterAll, describe, expect, it } from 'vitest'
import { EmbeddedRun, logs } from '../support/segments/embedded.ts'
import {
  type CrashCase,
  isSafe,
  journalsIn,
  killedEverywhere,
} from '../support/segments/killed-everywhere.ts'

const topics = {
  user_events: logs([0, 2000], [10, 2000]),
  audit: logs([0, 500]),
}
/** The origin as somebody left it, segments that are apart, one that has not begun everywhere. */
const apart = {
  analytics: {
    user_events: { '0': { offset: 900, leaderEpoch: 3, metadata: 'by hand' } },
    audit: { '0': 7 },
  },
  'analytics-parallel-0': { user_events: { '0': 1000, '1': 40 }, audit: { '0': 9 } },
  'analytics-parallel-1': {
    user_events: { '0': { offset: 1050, metadata: 'm' }, '1': 50 },
    audit: { '0': 9 },
  },
  'analytics-parallel-2': { user_events: { '0': 1100 }, audit: { '0': 11 } },
}
const bystander = { other: { user_events: { '0': 5 } } }
const at = ['--groups', 'analytics', '--segments', '3', '--quiet-window', '0'] as const

const bases: EmbeddedRun[] = []
afterAll(() => {
  for (const base of bases) base[Symbol.dispose]()
})
const baseOf = async (groups: object): Promise<EmbeddedRun> => {
  const base = await EmbeddedRun.of({ topics, groups: { ...groups, ...bystander } })
  bases.push(base)
  return base
}
const freshFrom = (base: EmbeddedRun) => async () => base.copy()

async function expectSafe(one: CrashCase): Promise<void> {
  const killed = await killedEverywhere(one)
  expect(killed.filter((end) => !isSafe(end))).toEqual([])
  // A look before and after, and a write between them: fewer boundaries mean that nothing was cut.
  expect(killed.length).toBeGreaterThanOrEqual(14)
  expect(killed.some(({ journal }) => journal !== null)).toBe(true)
}

/** Another site, on which the command was killed when it had changed something for the first time. */
async function cutAfterFirstWrite(
  whole: EmbeddedRun,
  args: readonly string[],
  before: string,
): Promise<EmbeddedRun> {
  for (let boundary = 1; ; boundary++) {
    const site = whole.copy()
    bases.push(site)
    const env = { PSTOOL_FAULT_KILL_AT: String(boundary) }
    const { signal } = await site.segments(args, { env })
    if (signal !== 'SIGKILL') throw new Error('the run survived, and changed nothing')
    if ((await site.dump()) !== before) return site
  }
}

describe('a run that is killed at any request', { timeout: 300_000 }, () => {
  it.each([
    { args: ['distribute', ...at, '--yes'], groups: { analytics: apart.analytics } },
    { args: ['distribute', ...at, '--force'], groups: apart },
    { args: ['collapse', ...at, '--force'], groups: apart },
    { args: ['reset', ...at, '--force'], groups: apart },
    { args: ['rescale', ...at, '--to', '5', '--yes'], groups: apart },
    { args: ['rescale', ...at, '--to', '1', '--yes'], groups: apart },
  ])('goes on and back: $args', async ({ args, groups }) => {
    const base = await baseOf(groups)
    await expectSafe({ fresh: freshFrom(base), args: ['segments', ...args] })
  })

  it('goes on and back while it restores', async () => {
    const base = await baseOf(apart)
    const ran = await base.segments(['reset', ...at, '--force'])
    expect(ran.exitCode).toBe(0)
    const args = ['segments', 'restore', journalsIn(base)[0]!, '--yes', '--quiet-window', '0']
    await expectSafe({ fresh: freshFrom(base), args })
  })

  it('goes on and back while it resumes', async () => {
    const whole = await baseOf(apart)
    const before = await whole.dump()
    const base = await cutAfterFirstWrite(whole, ['reset', ...at, '--force'], before)
    const journal = journalsIn(base)[0]!
    await expectSafe({
      fresh: freshFrom(base),
      args: ['segments', 'resume', journal],
      journal,
      before,
    })
  })
})
