import { describe, expect, it } from 'vitest'
import { segmentArguments } from '../../../../src/cli/consume/segment-arguments.ts'
import { SegmentFleet } from '../../../../src/cli/consume/segment-fleet.ts'
import type { ConsumeFlags } from '../../../../src/cli/flags/consume-flags.ts'
import type { ChildExit } from '../../../../src/ports/child-command.ts'
import { StepClock } from '../../../support/runtime/step-clock.ts'

const CRASH: ChildExit = { code: 1, signal: null, handedOver: false }

/** A fleet whose processes end when the test says so. */
function aFleet(segments: readonly number[]) {
  const clock = new StepClock()
  const started: { segment: number; at: number; end: (exit: ChildExit) => void }[] = []
  const killed: string[] = []
  const waits: number[] = []
  const fleet = new SegmentFleet({
    ...{ segments, clock },
    start: (segment) => {
      const { promise, resolve } = Promise.withResolvers<ChildExit>()
      started.push({ segment, at: clock.now(), end: resolve })
      return { ended: promise, kill: (signal) => void killed.push(`${segment} ${signal}`) }
    },
    restarting: (_, __, waitMs) => void waits.push(waitMs),
  })
  const crash = async (exit = CRASH) => {
    started.at(-1)!.end(exit)
    await clock.settle()
  }
  return { clock, fleet, started, killed, waits, crash, exits: fleet.run() }
}

describe('a fleet of segment processes', () => {
  it('starts one again that crashed, after 1 s, doubling to 30 s', async () => {
    const { clock, fleet, started, waits, crash } = aFleet([0])
    for (let turn = 0; turn < 7; turn++) {
      await crash()
      const before = started.length
      await clock.pass(waits.at(-1)! - 1)
      expect(started).toHaveLength(before)
      await clock.pass(1)
      expect(started).toHaveLength(before + 1)
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(fleet.restarts).toBe(7)
  })

  it('begins the back-off anew after a minute of health', async () => {
    const { clock, waits, crash } = aFleet([0])
    await crash()
    await clock.pass(1000)
    await clock.pass(59_999)
    await crash({ ...CRASH, code: null, signal: 'SIGKILL' })
    await clock.pass(2000)
    await clock.pass(60_000)
    await crash()
    expect(waits).toEqual([1000, 2000, 1000])
  })

  it('starts one again that ended itself before it had handed over what it did', async () => {
    const { clock, started, crash } = aFleet([0])
    await crash({ code: 0, signal: null, handedOver: false })
    await clock.pass(1000)
    expect(started).toHaveLength(2)
  })

  it.each([
    { code: 0, signal: null, handedOver: true },
    { code: 2, signal: null, handedOver: false },
  ])('does not start one again that ended with $code', async (exit) => {
    const { clock, started, crash, exits } = aFleet([0])
    await crash(exit)
    await clock.pass(100_000)
    expect(started).toHaveLength(1)
    expect(await exits).toEqual([exit])
  })

  it('passes a signal on to those that run, and does not wait for those that would begin', async () => {
    const { clock, fleet, started, killed, exits } = aFleet([0, 1])
    started[0]!.end(CRASH)
    await clock.settle()
    fleet.stop('SIGTERM')
    const terminated = { code: 143, signal: null, handedOver: true }
    started[1]!.end(terminated)
    expect(await exits).toEqual([CRASH, terminated])
    expect(killed).toEqual(['1 SIGTERM'])
    expect(started).toHaveLength(2)
  })
})

describe('the arguments of a segment process', () => {
  const flags = (over: Partial<ConsumeFlags> = {}) => ({
    ...{ threads: false, spawn: true, 'until-end': false, ...over },
  })

  it('are those that were typed, but for what is said per process', () => {
    const typed = ['c.ts', '--spawn', '--segments=4', '--segment-ids', '0-3', '-g', 'a', '--json']
    expect(segmentArguments(typed, flags(), 2)).toEqual([
      ...['consume', '--segment-ids', '2', 'c.ts', '--segments=4', '-g', 'a', '--json'],
    ])
  })

  it('have a port and files of their own', () => {
    const given = { 'metrics-port': 9464, trace: 'out/t.json.gz', report: 'r.html' }
    const typed = ['c.ts', '--metrics-port=9464', '--trace', 'out/t.json.gz', '--report', 'r.html']
    expect(segmentArguments(typed, flags(given), 3)).toEqual([
      ...['consume', '--segment-ids', '3', '--metrics-port', '9467'],
      ...['--trace', 'out/t-3.json.gz', '--report', 'r-3.html', 'c.ts'],
    ])
    expect(segmentArguments([], flags({ 'metrics-port': 0 }), 3)).toContain('0')
  })

  it('keep what stands behind --', () => {
    expect(segmentArguments(['--spawn', '--', '--spawn'], flags(), 0).slice(3)).toEqual([
      ...['--', '--spawn'],
    ])
  })
})
