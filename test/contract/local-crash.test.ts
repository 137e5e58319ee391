import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureDemoCluster } from '../../src/adapters/local/demo.ts'
import { LocalCluster } from '../../src/adapters/local/local-cluster.ts'
import { LocalGroupAdmin } from '../../src/adapters/local/local-group-admin.ts'
import { LocalMessageSource } from '../../src/adapters/local/local-message-source.ts'
import { READ_ALL } from '../../src/domain/model/selection.ts'
import { runWriter } from '../support/local/processes.ts'
import { readAll, text } from './contract-messages.ts'

let directory: string
let path: string

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pstool-crash-'))
  path = join(directory, 'cluster.db')
  const cluster = LocalCluster.openOrCreate(path)
  await cluster.createTopic('t', 3)
  cluster.close()
})
afterEach(() => rmSync(directory, { recursive: true }))

interface Appended {
  readonly batch: number
  readonly offsets: readonly (readonly [number, number])[]
}

const isAppended = (line: unknown): line is Appended =>
  typeof line === 'object' && line !== null && 'batch' in line
const committedBy = (lines: readonly unknown[]) =>
  lines.flatMap((line) => (isAppended(line) ? [] : [(line as { committed: number }).committed]))

/** What the log holds, as `partition/offset` -> key; fails unless offsets are without gaps. */
async function logOf(): Promise<Map<string, string | null>> {
  const source = LocalMessageSource.open({ path, topic: 't' })
  const { partitions } = await source.describe()
  const messages = await readAll(source, { ...READ_ALL, content: 'messages' })
  expect(source.report().skippedOffsets).toBe(0)
  await source.close()
  for (const { partition, start, end } of partitions) {
    const offsets = messages.filter((message) => message.partition === partition)
    expect(start).toBe(0n)
    expect(offsets.map(({ offset }) => offset)).toEqual(offsets.map((_, i) => BigInt(i)))
    expect(BigInt(offsets.length)).toBe(end)
  }
  return new Map(
    messages.map(({ partition, offset, key }) => [`${partition}/${offset}`, text(key)]),
  )
}

/** Whole batches only, and every acknowledged one where it was said to be. */
function expectWhole(
  log: ReadonlyMap<string, string | null>,
  name: string,
  lines: readonly unknown[],
) {
  const batches = Map.groupBy(
    [...log.values()].filter((key) => key?.startsWith(`${name}-`)),
    (key) => key!.split('-')[1],
  )
  expect([...batches.values()].filter((keys) => new Set(keys).size !== 30)).toEqual([])
  const acknowledged = lines.filter(isAppended)
  expect(batches.size - acknowledged.length).toBeOneOf([0, 1])
  for (const { batch, offsets } of acknowledged) {
    offsets.forEach(([partition, offset], index) => {
      expect(log.get(`${partition}/${offset}`)).toBe(`${name}-${batch}-${index}`)
    })
  }
}

/** Committed for all partitions alike, and not behind what was acknowledged. */
async function expectCommitted(name: string, lines: readonly unknown[]): Promise<void> {
  const admin = LocalGroupAdmin.open(path)
  const offsets = (await admin.fetchOffsets([name], null))[0]!.offsets
  await admin.close()
  const last = committedBy(lines).at(-1) ?? -1
  expect(new Set(offsets.map(({ offset, metadata }) => `${offset} ${metadata}`)).size).toBeLessThan(
    2,
  )
  expect([0, 3]).toContain(offsets.length)
  expect(Number(offsets[0]?.offset ?? -1) - last).toBeOneOf([0, 1])
}

describe('an embedded cluster whose writer is killed', () => {
  it('keeps nothing of the batch that kill -9 cut in the middle', async () => {
    const { signal, lines } = await runWriter('stick', [path], (_, kill) => kill())
    expect({ signal, lines }).toEqual({ signal: 'SIGKILL', lines: ['in the middle'] })
    expect((await logOf()).size).toBe(0)
    const after = await runWriter('append', [path, 'after', '2'])
    expect(after).toMatchObject({ code: 0, stderr: '' })
    expectWhole(await logOf(), 'after', after.lines)
  })

  it('keeps whole batches and whole commits, wherever the kill lands', async () => {
    for (let run = 0; run < 8; run++) {
      let killed = false
      const name = `run${run}`
      const { lines, signal } = await runWriter('append', [path, name, '100000'], (_, kill) => {
        // A little later each time: the kill lands in appends, commits and between them.
        if (killed) return
        killed = true
        setTimeout(kill, run * 3)
      })
      expect(signal).toBe('SIGKILL')
      expectWhole(await logOf(), name, lines)
      await expectCommitted(name, lines)
    }
  })
})

describe('a process that moves a group and is killed around a request', () => {
  const moved = [0, 1, 2].map((partition) => {
    return { topic: 't', partition, offset: 7n, metadata: 'moved', leaderEpoch: 7 }
  })
  it.each([
    ['commitOffsets', 'before', [], []],
    ['commitOffsets', 'after', [], moved],
    ['deleteOffsets', 'before', ['committed'], moved],
    ['deleteOffsets', 'after', ['committed'], []],
  ])('%s: all is as it was %s it', async (request, phase, said, left) => {
    const { signal, lines, stderr } = await runWriter(
      'stick-around',
      [path, request, phase],
      (line, kill) => line === 'in the middle' && kill(),
    )
    expect({ signal, lines, stderr }).toEqual({
      signal: 'SIGKILL',
      lines: [...said, 'in the middle'],
      stderr: '',
    })
    const admin = LocalGroupAdmin.open(path)
    expect((await admin.fetchOffsets(['moved'], null))[0]!.offsets).toEqual(left)
    await admin.close()
  })
})

describe('an embedded cluster with two processes at once', () => {
  it('gives both contiguous offsets and loses nothing', async () => {
    const names = ['a', 'b']
    const ended = await Promise.all(names.map((name) => runWriter('append', [path, name, '40'])))
    const log = await logOf()
    expect(log.size).toBe(2 * 40 * 30)
    for (const [index, { lines, code, stderr }] of ended.entries()) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(lines).toHaveLength(80)
      expectWhole(log, names[index]!, lines)
      await expectCommitted(names[index]!, lines)
    }
  })

  it('is made once, however many make it', async () => {
    const fresh = join(directory, 'deeper/fresh.db')
    const made = await Promise.all([1, 2, 3, 4].map(() => runWriter('create', [fresh])))
    expect(made.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      made.map(() => ({ code: 0, stderr: '' })),
    )
    expect(new Set(made.flatMap(({ lines }) => lines)).size).toBe(1)
  })
})

describe('a new file that another process holds', () => {
  it('is waited for', async () => {
    const fresh = join(directory, 'held.db')
    let creating: ReturnType<typeof runWriter> | undefined
    await runWriter('hold', [fresh], () => {
      creating = runWriter('create', [fresh])
    })
    expect(await creating).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('the demo cluster', () => {
  const dumpOf = async (file: string) => {
    const cluster = LocalCluster.open(file)
    const dump = JSON.stringify(await cluster.dump('p'))
    cluster.close()
    return dump
  }

  it('is the same everywhere, also when several processes build it at once', async () => {
    const [alone, shared] = [join(directory, 'alone.db'), join(directory, 'shared.db')]
    ensureDemoCluster(alone)
    const built = await Promise.all([1, 2, 3].map(() => runWriter('demo', [shared])))
    expect(built.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      built.map(() => ({ code: 0, stderr: '' })),
    )
    expect(await dumpOf(shared)).toBe(await dumpOf(alone))
  })

  it('is complete after a builder was killed', async () => {
    const [alone, cut] = [join(directory, 'alone.db'), join(directory, 'cut.db')]
    ensureDemoCluster(alone)
    const { signal } = await runWriter('half-made', [cut], (_, kill) => kill())
    expect(signal).toBe('SIGKILL')
    expect(() => LocalCluster.open(cut)).toThrow(/is not an embedded cluster/)
    ensureDemoCluster(cut)
    expect(await dumpOf(cut)).toBe(await dumpOf(alone))
  })
})
