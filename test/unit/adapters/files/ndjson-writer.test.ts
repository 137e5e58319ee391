import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Writable } from 'node:stream'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openNdjsonWriter } from '../../../../src/adapters/files/ndjson-writer.ts'
import { ColumnBatch } from '../../../../src/domain/model/column-batch.ts'
import type { Message } from '../../../../src/domain/model/message.ts'
import { folderOfTests } from './reading.ts'

const file = folderOfTests()

const message: Message = {
  topic: 'orders',
  partition: 2,
  offset: 9007199254740993n,
  key: Buffer.from('k"1'),
  value: Uint8Array.of(255, 0),
  headers: [{ name: 'trace', value: Buffer.from('abc') }],
  timestamp: 1_700_000_000_000,
}

function batchOf(...messages: Partial<Message>[]): ColumnBatch {
  const batch = new ColumnBatch('orders', messages.length)
  for (const part of messages) batch.addMessage({ ...message, ...part })
  return batch
}

const LINE =
  '{"key":"k\\"1","valueBase64":"/wA=","headers":{"trace":"abc"},' +
  '"timestamp":1700000000000,"partition":2,"offset":9007199254740993,"topic":"orders"}\n'

describe('the NDJSON writer', () => {
  it('writes whole messages, doubled header names as an array', async () => {
    const path = file('out.ndjson')
    const writer = await openNdjsonWriter({ path, content: 'messages' })
    const doubled = [
      { name: 'a', value: null },
      { name: 'a', value: Uint8Array.of(255) },
    ]
    const bare = { offset: null, timestamp: null, partition: -1, key: null, value: null }
    expect(await writer.write(batchOf({}, { ...bare, headers: doubled }))).toBe(true)
    await writer.finish()
    const second =
      '{"key":null,"value":null,"headers":["a",null,"a",{"base64":"/w=="}],"topic":"orders"}\n'
    expect(readFileSync(path, 'utf8')).toBe(LINE + second)
  })

  it('leaves values out when keys are asked for, and offsets that columns have rounded', async () => {
    const path = file('keys.ndjson')
    const writer = await openNdjsonWriter({ path, content: 'keys' })
    await writer.write(batchOf({ offset: 5n }, { key: Uint8Array.of(128), timestamp: null }))
    await writer.finish()
    expect(readFileSync(path, 'utf8')).toBe(
      '{"key":"k\\"1","timestamp":1700000000000,"partition":2,"offset":5,"topic":"orders"}\n' +
        '{"keyBase64":"gA==","partition":2,"topic":"orders"}\n',
    )
  })

  it.each([
    ['out.ndjson.gz', gunzipSync],
    ['out.ndjson.zst', zstdDecompressSync],
  ])('compresses %s', async (name, unpack) => {
    const path = file(name)
    const writer = await openNdjsonWriter({ path, content: 'messages' })
    await writer.write(batchOf({}, {}))
    await writer.finish()
    expect(unpack(readFileSync(path)).toString()).toBe(LINE + LINE)
  })

  it('shows the file when it is complete, and replaces an old one in one step', async () => {
    const path = file('swap.ndjson', 'old')
    const hidden = () => readdirSync(dirname(path)).filter((name) => name.endsWith('.tmp'))
    const writer = await openNdjsonWriter({ path, content: 'messages' })
    await writer.write(batchOf({}))
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(hidden()).toHaveLength(1)
    await writer.finish()
    expect(readFileSync(path, 'utf8')).toBe(LINE)
    expect(hidden()).toEqual([])
  })

  it.each(['kept.ndjson', 'kept.ndjson.gz'])(
    'leaves %s as it was when it gives up',
    async (name) => {
      const path = file(name, 'old')
      const writer = await openNdjsonWriter({ path, content: 'messages' })
      await writer.write(batchOf({}))
      await writer.discard()
      expect(readFileSync(path, 'utf8')).toBe('old')
      expect(readdirSync(dirname(path)).filter((other) => other.endsWith('.tmp'))).toEqual([])
    },
  )

  it('says where it cannot write', async () => {
    const nowhere = openNdjsonWriter({ path: file('no/where.ndjson'), content: 'keys' })
    await expect(nowhere).rejects.toMatchObject({ code: 'output.unwritable' })
    const path = file('taken')
    mkdirSync(path)
    const folder = openNdjsonWriter({ path, content: 'keys' })
    await expect(folder).rejects.toMatchObject({ code: 'output.unwritable' })
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('waits for a slow reader', async () => {
    let taken = ''
    const stdout = new Writable({
      highWaterMark: 1,
      write(chunk, _, done) {
        setImmediate(() => {
          taken += chunk
          done()
        })
      },
    })
    const writer = await openNdjsonWriter({ path: '-', stdout, content: 'messages' })
    for (let i = 0; i < 3; i++) {
      expect(await writer.write(batchOf({}))).toBe(true)
      expect(taken).toBe(LINE.repeat(i + 1))
    }
    await writer.finish()
    expect(stdout.destroyed).toBe(false)
  })

  it('ends quietly when the reader of standard output has gone, and not on other errors', async () => {
    for (const code of ['EPIPE', 'ENOSPC']) {
      const failure = Object.assign(new Error(code), { code })
      const stdout = new Writable({ highWaterMark: 1, write: (_, __, done) => done(failure) })
      const writer = await openNdjsonWriter({ path: '-', stdout, content: 'messages' })
      expect(await writer.write(batchOf({}))).toBe(false)
      expect(await writer.write(batchOf({}))).toBe(false)
      if (code === 'EPIPE') await writer.finish()
      else await expect(writer.finish()).rejects.toBe(failure)
    }
  })
})
