import { afterAll, describe, expect, it } from 'vitest'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'
import { documentFrom, ndjson } from '../support/e2e/documents.ts'

/** By byte-sum over two, `a` is in VP 1 and `b` in VP 0; partition 1 has twice as many messages. */
const messages = Array.from({ length: 300 }, (_, i) => ({
  key: 'ab'[i % 2],
  partition: i % 3 === 0 ? 0 : 1,
  offset: i,
}))
const folder = folderWith({ 'events.ndjson': ndjson(messages) })
const cwd = { cwd: folder.path }
afterAll(() => folder[Symbol.dispose]())
const timed = ['simulate', '--source', 'events.ndjson', '--io-ms', '10']
const timingOf = async (...args: string[]) =>
  (await documentFrom<SimulationDocument>([...timed, ...args], cwd)).timing!

describe.concurrent('how long draining takes', () => {
  it('is what the only key chain takes where every key has a worker', async () => {
    const timing = await timingOf('--vps', '2', '--concurrency', '4')
    expect(timing).toMatchObject({
      messages: 300,
      seconds: 1,
      messagesPerSecond: 300,
      utilization: 0.75,
      limit: { what: 'heaviest key chain', seconds: 1 },
      failures: null,
    })
  })

  it('V7: without virtual partitions is that of the fullest partition', async () => {
    const timing = await timingOf()
    expect(timing).toMatchObject({
      concurrency: 5,
      seconds: 2,
      limit: { what: 'fullest partition' },
    })
  })

  it('counts the slowest of processes that run at the same time', async () => {
    const timing = await timingOf('--segments', '2', '--members', '2', '--partitions', '2')
    expect(timing.processes).toBe(4)
    expect(timing.seconds).toBe(Math.max(...timing.perProcess.map(({ seconds }) => seconds)))
  })

  it('E2, C1: grows by the pauses, and is the same for the same seed alone', async () => {
    const failing = ['--vps', '2', '--fail-rate', '0.02', '--seed']
    const [one, again, other] = await Promise.all(
      ['1', '1', '2'].map((seed) => timingOf(...failing, seed)),
    )
    expect(again).toEqual(one)
    expect(other).not.toEqual({ ...one, seed: 2 })
    const { failed, collapsedBatches, secondsWithout } = one!.failures!
    expect(Math.min(failed, collapsedBatches)).toBeGreaterThan(0)
    expect(one!.seconds).toBeGreaterThan(secondsWithout + 1)
  })

  it('is told with its limits, and in CSV as a row per process', async () => {
    const { stdout, stderr, exitCode } = await pstool([...timed, '--vps', '2'], cwd)
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(stdout).toContain('Time to drain')
    expect(stdout).toContain('Not less than 1 s by any schedule: heaviest key chain.')
    const csv = await pstool([...timed, '--segments', '2', '--format', 'csv'], cwd)
    expect(csv.stdout.split('\r\n').map((line) => line.split(',').slice(1, 5).join())).toEqual([
      'segment,member,messages,seconds',
      ',,300,1',
      '0,,150,1',
      '1,,150,1',
      '',
    ])
  })

  it.each([
    ['--io-ms', '0'],
    ['--io-ms', '5ms'],
    ['--fail-rate', '0.7'],
    ['--fail-rate', '1e-3'],
  ])('is refused with a value that cannot be played: %s %s', async (flag, value) => {
    const ioMs = flag === '--io-ms' ? [] : ['--io-ms', '1']
    const args = ['simulate', '--source', 'events.ndjson', ...ioMs, flag, value, '--json']
    const result = await pstool(args, cwd)
    expect(result.exitCode).toBe(2)
    expect(documentOf(result)).toMatchObject({ error: { code: 'flags.bad-value' } })
  })
})
