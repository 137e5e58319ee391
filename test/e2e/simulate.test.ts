import { describe, expect, it } from 'vitest'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { pstool } from '../support/cli.ts'
import { documentFrom } from '../support/e2e/documents.ts'

const USERS = '0\n5\n14\n23\n'

describe.concurrent('the users of the documentation of parallel segments', () => {
  it('leave three of five segments idle, as simulate counts', async () => {
    using folder = folderWith({ 'users.txt': USERS })
    const { lanes } = await documentFrom<SimulationDocument>(
      ['simulate', '--segments', '5', '--source', 'users.txt'],
      { cwd: folder.path },
    )

    expect(lanes).toHaveLength(1)
    expect(lanes[0]).toMatchObject({
      layer: 'segment',
      count: 5,
      reducer: 'byte-sum',
      emptySlots: 3,
      imbalance: 2.5,
      floor: 1.25,
      avoidable: 2,
    })
    expect(lanes[0]!.slots.map(({ messages, keys }) => [messages, keys])).toEqual([
      [0, 0],
      [2, 2],
      [0, 0],
      [2, 2],
      [0, 0],
    ])
  })

  it('collide with the arithmetic in plain sight', async () => {
    using folder = folderWith({ 'users.txt': USERS })
    const { stdout, stderr, exitCode } = await pstool(
      ['simulate', '--segments', '5', '--source', 'users.txt'],
      { cwd: folder.path },
    )

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    for (const line of [
      '"0" -> 48 -> 48 mod 5 = 3',
      '"5" -> 53 -> 53 mod 5 = 3',
      '"14" -> 49+52 = 101 -> 101 mod 5 = 1',
      '"23" -> 50+51 = 101 -> 101 mod 5 = 1',
      '3 idle slots: 0, 2, 4',
    ]) {
      expect(stdout).toContain(line)
    }
  })

  it('go where route says, with the same arithmetic', async () => {
    using folder = folderWith()
    const { stdout } = await pstool(['route', '0', '5', '14', '23', '--segments', '5'], {
      cwd: folder.path,
    })

    const rows = stdout.split('\n').flatMap((line) => {
      const [, key, segment] = /^\s*"(\d+)"\s+(\d) of 5$/.exec(line) ?? []
      return key === undefined ? [] : [[key, segment]]
    })
    expect(rows).toEqual([
      ['0', '3'],
      ['5', '3'],
      ['14', '1'],
      ['23', '1'],
    ])
    expect(stdout).toContain('49+52 = 101 -> 101 mod 5 = 1')
  })
})

describe.concurrent('one and the same reducer in two layers', () => {
  it('leaves one virtual partition to each of five segments, and names the cure', async () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `user-${i}\n`).join('')
    using folder = folderWith({ 'keys.txt': keys })
    const { layers } = await documentFrom<SimulationDocument>(
      ['simulate', '--segments', '5', '--vps', '10', '--source', 'keys.txt'],
      { cwd: folder.path },
    )

    expect(layers.correlation).toHaveLength(1)
    expect(layers.correlation[0]).toMatchObject({ gcd: 5, reachable: 2, observed: 2 })
    expect(layers.correlation[0]!.fix).not.toBe('')
    expect(layers.stacked).toMatchObject({ workers: 50, busyWorkers: 10 })
  })
})

describe('more keys than memory holds', () => {
  const lines = Array.from(
    { length: 60_000 },
    (_, id) => `customer-${id % 3 === 0 ? id % 7 : id}\n`,
  )
  const args = ['simulate', '--segments', '5', '--vps', '4', '--source', 'keys.txt']

  it('leaves loads and batches exact, and says what is estimated and how well', async () => {
    using folder = folderWith({ 'keys.txt': lines.join('') })
    const where = { cwd: folder.path }
    const exact = await documentFrom<SimulationDocument>(args, where)
    const bounded = [...args, '--max-memory', '1MiB']
    const document = await documentFrom<SimulationDocument>(bounded, where)

    expect([exact.exact, document.exact]).toEqual([true, false])
    const loads = ({ lanes }: SimulationDocument) =>
      lanes.map(({ slots, bytes }) => [slots.map(({ messages }) => messages), bytes])
    expect(loads(document)).toEqual(loads(exact))
    const [counted, estimated] = [exact.strategies[0]!, document.strategies[0]!]
    expect(estimated.batches).toEqual(counted.batches)
    expect(estimated.layers).toEqual(counted.layers)
    expect(counted.keys.distinct).toBe(new Set(lines).size)
    expect(estimated.keys.distinctBounds.lower).toBeLessThanOrEqual(counted.keys.distinct)
    expect(estimated.keys.distinctBounds.upper).toBeGreaterThanOrEqual(counted.keys.distinct)

    const { stdout } = await pstool(bounded, where)
    expect(stdout).toMatch(/keys: about [\d,]+ distinct keys \(99 %: [\d,]+ to [\d,]+\)/)
  })
})
