import { describe, expect, it } from 'vitest'
import {
  ALL,
  consumingFolder,
  EVERY_PLACE,
  isAlive,
  linesOf,
  placesIn,
  signalWhen,
  until,
} from '../support/e2e/consuming.ts'

/** What a module of a segment's process begins with: `mine(1)` in that of segment 1. */
const MINE = `
const ids = process.argv[process.argv.indexOf('--segment-ids') + 1]
const mine = (segment) => process.argv.includes('--segment-ids') && ids === String(segment)
`

describe.concurrent('several processes', () => {
  it('share the partitions; when one is killed the other takes over, and nothing is lost', async () => {
    using folder = await consumingFolder()
    const consumers = () => new Set(folder.log().map(({ pid }) => pid))
    let both: number[] = []
    const first = folder.consume('log.ts -g g --max-messages 1', {
      env: { SLOW: '400' },
      onStart: signalWhen('SIGKILL', () => {
        both = [...consumers()]
        return both.length === 2
      }),
    })
    await until(() => consumers().size === 1)
    const second = await folder.consume('log.ts -g g --max-messages 5 --until-end --json')
    expect(await first).toMatchObject({ signal: 'SIGKILL' })
    expect(second).toMatchObject({ stderr: '', exitCode: 0 })
    const [killed, survivor] = both
    expect(placesIn(folder.log())).toEqual(EVERY_PLACE)
    const partitionsOf = (pid: number) =>
      new Set(folder.log().flatMap((each) => (each.pid === pid ? [each.partition] : [])))
    expect(partitionsOf(killed!).size).toBeGreaterThan(0)
    expect(partitionsOf(survivor!)).toEqual(new Set([0, 1, 2, 3]))
    expect(linesOf(second.stdout).at(-1)).toMatchObject({ ended: 'end' })
  })

  it('with --spawn are one per segment; one that crashes is started again', async () => {
    using folder = await consumingFolder({
      'crashing.ts': `${MINE}
import { existsSync, writeFileSync } from 'node:fs'
if (mine(1) && !existsSync('crashed')) {
  writeFileSync('crashed', '')
  process.exit(1)
}
export { default } from './log.ts'`,
    })
    const args = 'crashing.ts -g g --segments 2 --spawn --until-end --json'
    const { stdout, stderr, exitCode } = await folder.consume(args)
    expect({ stderr, exitCode }).toEqual({
      stderr: '[1] the process ended with code 1; it is started again in 1 s\n',
      exitCode: 0,
    })
    const lines = linesOf(stdout)
    expect(lines.filter(({ event }) => event === 'runtime.stopped')).toHaveLength(2)
    expect(lines.filter(({ kind }) => kind === 'consumption')).toEqual([lines.at(-1)])
    expect(lines.at(-1)).toMatchObject({ segments: [0, 1], messages: ALL, restarts: 1 })
    expect(placesIn(folder.log())).toEqual(EVERY_PLACE)
    const pids = new Map(folder.log().map(({ segment, pid }) => [segment, pid]))
    expect(new Set(pids.values()).size).toBe(2)
  })

  it('with --spawn do not start one again that is used wrongly', async () => {
    using folder = await consumingFolder({
      'wrong.ts': `${MINE}
if (mine(0)) throw new Error('no segment 0 here')
console.log('hello')
export { default } from './log.ts'`,
    })
    const args = 'wrong.ts -g g --segments 2 --spawn --until-end'
    const { stdout, stderr, exitCode } = await folder.consume(args)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^\[0\] Error: .*wrong\.ts:\d+: threw Error: no segment 0 here$/m)
    expect(stderr).not.toContain('started again')
    expect(stdout).toContain('[1] hello\n')
    expect(stdout).toMatch(/^g, segments 0, 1: \d+ messages consumed, then it could not go on$/m)
    expect(new Set(folder.log().map(({ segment }) => segment))).toEqual(new Set([1]))
  })

  it.each([
    { signal: 'SIGTERM', exitCode: 143 },
    { signal: 'SIGKILL', exitCode: null },
  ] as const)('with --spawn end when $signal ends the one that started them', async (ends) => {
    using folder = await consumingFolder()
    const pids = () => [...new Set(folder.log().map(({ pid }) => pid))]
    const { exitCode, stdout } = await folder.consume('log.ts -g g --segments 2 --spawn', {
      env: { SLOW: '20' },
      onStart: signalWhen(ends.signal, () => pids().length === 2),
    })
    expect(exitCode).toBe(ends.exitCode)
    await until(() => !pids().some(isAlive))
    if (exitCode !== null) expect(stdout).toMatch(/segments 0, 1: .* consumed, then interrupted/)
  })
})
