import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { KeyProfileDocument } from '../../src/domain/keys/key-profile.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { pstool } from '../support/cli.ts'
import { documentFrom, ndjson } from '../support/e2e/documents.ts'
import { countsOf, naiveLane, ranked } from '../support/e2e/naive-figures.ts'

const profile = (args: readonly string[], cwd: string, stdin?: string) =>
  documentFrom<KeyProfileDocument>(['analyze-keys', ...args], {
    cwd,
    ...(stdin !== undefined && { stdin }),
  })

describe.concurrent('profiles of parts', () => {
  it('merge into the profile of the whole, byte for byte', async () => {
    using folder = folderWith()
    const at = { cwd: folder.path }
    const lanes = ['--segments', '4,5', '--partitions', '6', '--reducers', 'byte-sum,murmur2']
    await pstool(['init', '--demo'], at)
    const whole = await pstool(['analyze-keys', ...lanes, '--out', 'whole.json', '--json'], at)
    for (const [partitions, out] of [
      ['2,3', 'b.json'],
      ['0-1', 'a.json'],
    ] as const) {
      const args = ['analyze-keys', ...lanes, '--only-partitions', partitions, '--out', out]
      expect(await pstool(args, at)).toMatchObject({ stderr: '', exitCode: 0 })
    }
    const merged = await pstool(['analyze-keys', '--merge', 'b.json', 'a.json', '--json'], at)
    const again = await pstool(['analyze-keys', '--merge', 'whole.json', '--json'], at)

    expect(JSON.parse(whole.stdout)).toMatchObject({ messages: 6000, exact: true })
    expect(merged).toMatchObject({ stderr: '', stdout: whole.stdout })
    expect(again).toMatchObject({ stderr: '', stdout: whole.stdout })
  })

  it('merge for other counts than those that they were made for', async () => {
    const keys = Array.from({ length: 400 }, (_, i) => `user-${(i * i) % 97}`)
    using folder = folderWith({
      'one.txt': keys
        .slice(0, 150)
        .map((key) => `${key}\n`)
        .join(''),
      'two.txt': keys
        .slice(150)
        .map((key) => `${key}\n`)
        .join(''),
    })
    for (const part of ['one', 'two']) {
      const args = ['--source', `${part}.txt`, '--segments', '3', '--out', `${part}.json`]
      await profile(args, folder.path)
    }
    const merged = await profile(
      ['--merge', 'one.json', 'two.json', '--segments', '7', '--reducers', 'md5'],
      folder.path,
    )

    expect(merged.lanes).toHaveLength(1)
    const expected = naiveLane(keys, 'md5', 7)
    expect(merged.lanes[0]!.slots.map(({ messages }) => messages)).toEqual(expected.messages)
    expect(merged.lanes[0]!.imbalance).toBeCloseTo(expected.imbalance, 9)
  })
})

describe.concurrent('a profile of more keys than its memory holds', () => {
  const rare = Array.from({ length: 120_000 }, (_, i) => `rare-key-number-${i}`)
  const keys = rare.flatMap((key, i) => (i % 4 === 0 ? [key, `hot-${i % 5}`] : [key]))

  it('is no longer exact, and every bound that it prints holds', async () => {
    using folder = folderWith({ 'keys.txt': keys.map((key) => `${key}\n`).join('') })
    const args = ['--source', 'keys.txt', '--max-memory', '1MiB', '--segments', '8']
    const found = await profile([...args, '--reducers', 'byte-sum'], folder.path)
    const counts = countsOf(keys)

    expect(found).toMatchObject({ exact: false, messages: keys.length })
    const { distinct, distinctBounds } = found.keys
    expect(Math.abs(distinct / counts.size - 1)).toBeLessThan(0.02)
    expect(distinctBounds.lower).toBeLessThanOrEqual(counts.size)
    expect(distinctBounds.upper).toBeGreaterThanOrEqual(counts.size)
    for (const { key, bounds } of found.topKeys) {
      const actual = counts.get(key as string)!
      expect(bounds.lower, String(key)).toBeLessThanOrEqual(actual)
      expect(bounds.upper, String(key)).toBeGreaterThanOrEqual(actual)
    }
    const listed = new Set(found.topKeys.map(({ key }) => key))
    const frequent = ranked(keys).filter(([, count]) => count > keys.length / 1000)
    expect(frequent.map(([key]) => key).filter((key) => !listed.has(key))).toEqual([])
    const unlisted = ranked(keys).find(([key]) => !listed.has(key))!
    expect(unlisted[1]).toBeLessThanOrEqual(found.topKeysMaxError)
    expect(found.lanes[0]!.slots.map(({ messages }) => messages)).toEqual(
      naiveLane(keys, 'byte-sum', 8).messages,
    )
  })

  it('is exact again with enough of it', async () => {
    using folder = folderWith({ 'keys.txt': keys.map((key) => `${key}\n`).join('') })
    const args = ['--source', 'keys.txt', '--max-memory', '64MiB', '--segments', '8']
    const found = await profile([...args, '--reducers', 'byte-sum'], folder.path)
    expect(found).toMatchObject({ exact: true, keys: { distinct: countsOf(keys).size } })
  })
})

describe.concurrent('input', () => {
  const records = Array.from({ length: 60 }, (_, i) => ({
    key: i % 10 === 3 ? null : `k,"${i % 7}"`,
    value: `v${i}`,
    partition: i % 2,
    offset: Math.floor(i / 2),
    timestamp: 1_760_000_000_000 + i,
  }))
  const texts = {
    ndjson: ndjson(records),
    kcat: ndjson(
      records.map(({ key, value, partition, offset, timestamp }) => ({
        ...{ topic: 'events', partition, offset, tstype: 'create', ts: timestamp, broker: 0 },
        ...{ key, payload: value },
      })),
    ),
    csv: `offset,key,value,partition,timestamp\n${records
      .map(({ key, value, partition, offset, timestamp }) => {
        const cell = key === null ? '' : `"${key.replaceAll('"', '""')}"`
        return `${offset},${cell},${value},${partition},${timestamp}\n`
      })
      .join('')}`,
  }
  const figures = ({ messages, topKeys, keys, partitions, lanes, bursts }: KeyProfileDocument) => ({
    ...{ messages, topKeys, keys, partitions, lanes, bursts },
  })

  it('is the same as NDJSON, what kcat prints, CSV, compressed, and from stdin', async () => {
    using folder = folderWith(texts)
    const write = (name: string, bytes: Uint8Array) => writeFileSync(join(folder.path, name), bytes)
    write('events.ndjson.gz', gzipSync(texts.ndjson))
    write('events.kcat.zst', zstdCompressSync(texts.kcat))
    write(
      'two.ndjson.gz',
      Buffer.concat([texts.ndjson.slice(0, 700), texts.ndjson.slice(700)].map((t) => gzipSync(t))),
    )
    const lanes = ['--segments', '3', '--reducers', 'byte-sum']
    const of = async (source: string, stdin?: string) =>
      figures(await profile(['--source', source, ...lanes], folder.path, stdin))

    const expected = await of('ndjson')
    expect(expected).toMatchObject({ messages: 60, keys: { nullMessages: 6, distinct: 7 } })
    for (const source of ['kcat', 'csv', 'events.ndjson.gz', 'events.kcat.zst', 'two.ndjson.gz']) {
      expect(await of(source), source).toEqual(expected)
    }
    expect(await of('-', texts.ndjson)).toEqual(expected)
    expect(await of('-', texts.kcat)).toEqual(expected)
  })

  it('may be keys alone, one a line, in any bytes', async () => {
    using folder = folderWith()
    const lines = [Buffer.of(0xff, 0xfe, 0x00), Buffer.from('größe'), Buffer.from('größe')]
    const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
    writeFileSync(join(folder.path, 'keys'), bytes)
    const found = await profile(['--source', 'keys', '--input-format', 'keys'], folder.path)
    expect(found.topKeys.map(({ key, messages }) => [key, messages])).toEqual([
      ['größe', 2],
      [{ base64: '//4A' }, 1],
    ])
    expect(found.keys).toMatchObject({ distinct: 2, binaryMessages: 1 })
  })

  it('may be nothing at all', async () => {
    using folder = folderWith({ 'empty.ndjson': '' })
    const found = await profile(['--source', 'empty.ndjson', '--segments', '5'], folder.path)
    expect(found).toMatchObject({ messages: 0, exact: true, topKeys: [] })
    expect(found.lanes[0]).toMatchObject({ imbalance: 0, emptySlots: 5 })
  })
})

describe.concurrent('the demo', () => {
  it('shows the collision of the documentation, and what its producers hash with', async () => {
    using folder = folderWith()
    await pstool(['init', '--demo'], { cwd: folder.path })
    const { stdout, stderr, exitCode } = await pstool(['analyze-keys', '--segments', '5'], {
      cwd: folder.path,
    })
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(stdout).toContain('"14" -> 49+52 = 101 -> 101 mod 5 = 1')
    expect(stdout).toContain('"23" -> 50+51 = 101 -> 101 mod 5 = 1')
    expect(stdout).toMatch(/murmur2 explains 100\.0 %/)
  })
})
