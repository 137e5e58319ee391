import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { KeyProfileDocument } from '../../src/domain/keys/key-profile.ts'
import type { SampleDocument } from '../../src/domain/model/sample.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { pstool } from '../support/cli.ts'
import { documentFrom, ndjson } from '../support/e2e/documents.ts'

const messages = Array.from({ length: 500 }, (_, i) => ({
  ...(i % 9 === 0
    ? { keyBase64: Buffer.of(255, i % 4).toString('base64') }
    : { key: i % 13 === 0 ? null : `user-${(i * 31) % 83}` }),
  value: i % 17 === 0 ? null : `value ${i}`,
  headers: { tenant: `t${i % 5}` },
  partition: i % 4,
  offset: 100 + Math.floor(i / 4),
  timestamp: 1_760_000_000_000 + i * 500,
}))
const events = { 'events.ndjson': ndjson(messages) }
const profileOf = async (source: string, cwd: string) => {
  const profile = await documentFrom<KeyProfileDocument>(
    ['analyze-keys', '--source', source, '--segments', '3', '--partitions', '4'],
    { cwd },
  )
  return { ...profile, read: { ...profile.read, sources: [] } }
}

describe.concurrent('sample', () => {
  it.each(['copy.ndjson', 'copy.ndjson.gz', 'copy.ndjson.zst'])(
    'with values to %s is the same to every figure of analyze-keys',
    async (out) => {
      using folder = folderWith(events)
      const args = ['sample', '--source', 'events.ndjson', '--values', '--out', out]
      const document = await documentFrom<SampleDocument>(args, { cwd: folder.path })

      expect(document).toMatchObject({ messages: 500, values: true, output: out })
      expect(await profileOf(out, folder.path)).toEqual(
        await profileOf('events.ndjson', folder.path),
      )
    },
  )

  it('leaves values and headers out unless they are asked for', async () => {
    using folder = folderWith(events)
    const { stdout } = await pstool(['sample', '--source', 'events.ndjson'], { cwd: folder.path })
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)

    expect(records).toHaveLength(500)
    expect(records.filter((record) => 'headers' in record || 'valueBase64' in record)).toEqual([])
    expect(stdout).not.toContain('value 1')
    expect(stdout).not.toContain('tenant')
  })

  it('without values reads back as messages of which no value is known, not as tombstones', async () => {
    using folder = folderWith(events)
    const at = { cwd: folder.path }
    await pstool(['sample', '--source', 'events.ndjson', '--out', 'keys.ndjson'], at)
    const whole = await profileOf('events.ndjson', folder.path)
    const keys = await profileOf('keys.ndjson', folder.path)
    expect([whole.keys.tombstones, keys.keys.tombstones]).toEqual([30, 0])
    const tail = ['--source', 'keys.ndjson', '--sample', 'tail', '--partitioner', 'payload:/id']
    expect(await documentFrom(['analyze-keys', ...tail], at)).toMatchObject({
      keys: { tombstones: 0, nullMessages: 500 },
    })
  })

  it('writes what the partitions and offsets of the flags select, and says so', async () => {
    using folder = folderWith(events)
    const document = await documentFrom<SampleDocument>(
      [
        ...['sample', '--source', 'events.ndjson', '--partitions', '0,2-3', '--from', '110'],
        ...['--until', '120', '--out', 'part.ndjson.gz'],
      ],
      { cwd: folder.path },
    )

    expect(document.read.ranges).toEqual(
      [0, 2, 3].map((partition) => ({
        topic: 'events',
        partition,
        from: '110',
        to: '120',
        messages: 10,
      })),
    )
    const written = gunzipSync(readFileSync(join(folder.path, 'part.ndjson.gz'))).toString()
    const records = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as (typeof messages)[0])
    const expected = messages.filter(
      ({ partition, offset }) => partition !== 1 && offset >= 110 && offset < 120,
    )
    const place = (record: { partition: number; offset: number | string }) =>
      `${record.partition}:${record.offset}`
    expect(records.map(place).sort()).toEqual(expected.map(place).sort())
  })

  it('spreads the same messages for the same seed, others for another', async () => {
    using folder = folderWith(events)
    const taken = async (seed: string) => {
      const args = ['sample', '--source', 'events.ndjson', '--sample', 'spread', '--limit', '40']
      return (await pstool([...args, '--seed', seed], { cwd: folder.path })).stdout
    }
    const first = await taken('1')
    expect(first.trimEnd().split('\n')).toHaveLength(40)
    expect(await taken('1')).toBe(first)
    expect(await taken('2')).not.toBe(first)
  })

  it('leaves no file behind when its source breaks off', async () => {
    const broken = `${ndjson(messages)}no record\n`
    using folder = folderWith({ 'broken.ndjson': broken })
    const { exitCode, stderr } = await pstool(
      ['sample', '--source', 'broken.ndjson', '--out', 'copy.ndjson.gz'],
      { cwd: folder.path },
    )
    expect(exitCode).toBe(2)
    expect(stderr).toContain('broken.ndjson:501')
    expect(readdirSync(folder.path)).toEqual(['broken.ndjson'])
  })

  it('keeps the file that is there when its source breaks off', async () => {
    using folder = folderWith({ 'broken.ndjson': '{"key":"a"}\nno\n', 'copy.ndjson': 'precious\n' })
    await pstool(['sample', '--source', 'broken.ndjson', '--out', 'copy.ndjson'], {
      cwd: folder.path,
    })
    expect(readFileSync(join(folder.path, 'copy.ndjson'), 'utf8')).toBe('precious\n')
    expect(readdirSync(folder.path).sort()).toEqual(['broken.ndjson', 'copy.ndjson'])
  })

  it('refuses to put messages and the document into one stdout', async () => {
    using folder = folderWith(events)
    const result = await pstool(['sample', '--source', 'events.ndjson', '--json', '--out', '-'], {
      cwd: folder.path,
    })
    expect(result).toMatchObject({ stderr: '', exitCode: 2 })
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'sample.stdout-twice' } })
  })
})
