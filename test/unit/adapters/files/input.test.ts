import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, constants, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { UNKNOWN } from '../../../../src/domain/model/message-batch.ts'
import { READ_ALL } from '../../../../src/domain/model/selection.ts'
import { errorOf, folderOfTests, keysOf, messagesOf, rowsOf, sourceOf, stdinOf } from './reading.ts'

const file = folderOfTests()

const keys = Array.from({ length: 90 }, (_, i) => `key-${i * 7919}`)
const content = `${keys.join('\n')}\n`
const gz = gzipSync(content)
const zst = zstdCompressSync(Buffer.from(content))
const zstOf = (text: string) => zstdCompressSync(Buffer.from(text))

describe('archives', () => {
  it.each([
    ['gzip by its first bytes', gz],
    ['zstd by its first bytes', zst],
    ['gzip of several members', Buffer.concat([gzipSync('a\nb'), gzipSync('c\n'), gzipSync('d')])],
    ['zstd of several frames', Buffer.concat([zstOf('a\nb'), zstOf('c\n'), zstOf(''), zstOf('d')])],
  ])('reads %s, from standard input in pieces of any size', async (_, archive) => {
    const expected = archive === gz || archive === zst ? keys : ['a', 'bc', 'd']
    for (const size of [1, 5, 24, 100_000]) {
      expect(await keysOf(archive, stdinOf(archive, size))).toEqual(expected)
    }
  })

  it('reads frames of megabytes in one file', async () => {
    // More than a chunk of the file, and many of the content, which hardly shrinks.
    const noise = createHash('shake256', { outputLength: 600_000 }).update('noise').digest('hex')
    const long = noise.match(/.{4000}/g)!
    const half = zstOf(`${long.join('\n')}\n`)
    expect(half.length).toBeGreaterThan(2 * 256 * 1024)
    const path = file('frames.zst', Buffer.concat([half, half]))
    const rows = await rowsOf(sourceOf(path))
    expect(rows.map(({ key }) => key)).toEqual([...long, ...long])
  })

  it('passes over what zstd says to skip', async () => {
    const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2)
    const bytes = Buffer.concat([skippable, zstOf('a\n')])
    expect(await keysOf(bytes)).toEqual(['a'])
  })

  it.each([
    ['cut.gz', gz.subarray(0, -9), 'input.truncated-archive'],
    ['members.gz', Buffer.concat([gz, gz.subarray(0, 40)]), 'input.truncated-archive'],
    ['cut.zst', zst.subarray(0, -9), 'input.truncated-archive'],
    ['frames.zst', Buffer.concat([zst, zst.subarray(0, 40)]), 'input.truncated-archive'],
    ['empty.gz', new Uint8Array(0), 'input.truncated-archive'],
    ['empty.zst', new Uint8Array(0), 'input.truncated-archive'],
    ['text.gz', Buffer.from('no archive'), 'input.corrupt-archive'],
    ['text.zst', Buffer.from('no archive'), 'input.corrupt-archive'],
    ['junk.gz', Buffer.concat([gz, Buffer.from('junk')]), 'input.corrupt-archive'],
    ['junk.zst', Buffer.concat([zst, Buffer.from('junk')]), 'input.corrupt-archive'],
    ['flipped.gz', flipped(gz), 'input.corrupt-archive'],
  ])('says of %s what is wrong', async (name, bytes, code) => {
    const path = file(name, bytes)
    const error = await errorOf(sourceOf(path))
    expect(error.code).toBe(code)
    expect(error.message).toContain(path)
  })

  it('names the topic without suffixes', async () => {
    const path = file('orders.ndjson.gz', gzipSync('{"key":1}'))
    expect((await sourceOf(path).describe()).topic).toBe('orders')
    expect((await messagesOf(sourceOf(path)))[0]?.topic).toBe('orders')
  })
})

describe('files that cannot be read', () => {
  it('names files that may have been meant', async () => {
    file('payments.ndjson', '')
    const source = sourceOf(file('paymnets.ndjson'))
    const error = await errorOf(source)
    expect(error.code).toBe('input.no-such-file')
    expect(error.suggestions).toContain('payments.ndjson')
    await expect(source.describe()).rejects.toMatchObject({ code: 'input.no-such-file' })
    expect((await errorOf(sourceOf(file('no/folder/here')))).code).toBe('input.no-such-file')
  })

  it('names files of a directory', async () => {
    const path = file('folder')
    mkdirSync(path)
    writeFileSync(`${path}/inside.ndjson`, '')
    const error = await errorOf(sourceOf(path))
    expect(error.code).toBe('input.is-directory')
    expect(error.suggestions).toContain(`${path}/inside.ndjson`)
  })

  it('tells the reason of the system', async () => {
    const path = file('loop.ndjson')
    symlinkSync(path, path)
    const error = await errorOf(sourceOf(path))
    expect(error).toMatchObject({ code: 'input.unreadable' })
    expect(error.message).toContain('ELOOP')
  })

  it('knows binary data and UTF-16', async () => {
    const binary = sourceOf(file('image', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 10)))
    expect(await errorOf(binary)).toMatchObject({ code: 'input.binary' })
    const latin = Uint8Array.of(1, 0xff, 0xc0, 65, 10)
    expect(await errorOf(sourceOf('-', stdinOf(latin)))).toMatchObject({ code: 'input.binary' })
    const wide = sourceOf('-', stdinOf(Buffer.from('\ufeffa\nb\n', 'utf16le')))
    expect(await errorOf(wide)).toMatchObject({ code: 'input.encoding' })
  })

  it('takes Latin-1 text for keys', async () => {
    expect(await keysOf(Uint8Array.of(0xe9, 0x74, 0xe9, 10))).toEqual([{ base64: '6XTp' }])
  })

  it('refuses to read standard input twice', async () => {
    const source = sourceOf('-', stdinOf('a\n'))
    expect(await rowsOf(source)).toHaveLength(1)
    expect(await errorOf(source)).toMatchObject({ code: 'input.stdin-twice' })
  })
})

describe('long records', () => {
  const mebibytes = (count: number) => 'x'.repeat(count * 2 ** 20)

  it('reads one of a few mebibytes, cut over chunks', async () => {
    const path = file('long.ndjson', `{"key":"a","value":"${mebibytes(3)}"}\n{"key":"b"}\n`)
    const rows = await rowsOf(sourceOf(path))
    expect(rows.map(({ key, valueLength }) => [key, valueLength])).toEqual([
      ['a', 3 * 2 ** 20],
      ['b', UNKNOWN],
    ])
  })

  it('passes over one of more than 16, as over any that cannot be read', async () => {
    const mebibyte = Buffer.alloc(2 ** 20, 'x')
    const pieces = ['{"key":"a"}\n{"key":"', ...Array(17).fill(mebibyte), '"}\n{"key":"b"}\n']
    const stdin = Readable.from(pieces.map((piece) => Buffer.from(piece)))
    const source = sourceOf('-', { stdin, onBadRecord: 'skip' })
    expect((await rowsOf(source)).map(({ key }) => key)).toEqual(['a', 'b'])
    const { badRecords, badRecordSamples } = source.report()
    expect(badRecords).toBe(1)
    expect(badRecordSamples).toEqual(['stdin:2: the record is longer than 16 MiB'])
  })
})

describe('how reading ends', () => {
  it('ends where the file ended when it was opened, with a whole line', async () => {
    const lines = `{"key":"${'k'.repeat(2000)}"}\n`.repeat(400)
    const path = file('growing.ndjson', `${lines}{"key":"cut`)
    let messages = 0
    for await (const batch of sourceOf(path).read(READ_ALL)) {
      if (messages === 0) appendFileSync(path, `"}\n${lines}`)
      messages += batch.count
    }
    expect(messages).toBe(401)
  })

  it('ends a wait for standard input when aborted', async () => {
    for (const first of [
      Buffer.from('{"key":"a"}\n{"key'),
      gz.subarray(0, 150),
      zst.subarray(0, 150),
    ]) {
      const stdin = new PassThrough()
      stdin.write(first)
      const stop = new AbortController()
      const reading = (async () => {
        for await (const batch of sourceOf('-', { stdin }).read(READ_ALL, stop.signal)) {
          expect(batch.count).toBeGreaterThan(0)
        }
      })()
      setImmediate(() => stop.abort())
      await reading
      expect(stdin.destroyed).toBe(true)
    }
  })

  it('ends a wait for the writer of a named pipe when aborted', async () => {
    const stop = new AbortController()
    const source = sourceOf(namedPipe('unwritten'))
    expect((await source.describe()).topic).toBe('unwritten')
    const reading = source.read(READ_ALL, stop.signal)[Symbol.asyncIterator]().next()
    setTimeout(() => stop.abort(), 50)
    expect((await reading).done).toBe(true)
  })

  it.each([
    ['plain', Buffer.from('a\nb\n')],
    ['gzip', gzipSync('a\nb\nc\n').subarray(0, -8)],
  ])(
    'ends at the limit without waiting for the writer of a named pipe: %s',
    async (name, bytes) => {
      const path = namedPipe(name)
      const reading = rowsOf(sourceOf(path), { limit: 2 })
      const writer = await writerOf(path)
      const gone = once(writer, 'error')
      writer.write(bytes)
      expect((await reading).map(({ key }) => key)).toEqual(['a', 'b'])
      writer.write('more')
      expect(await gone).toMatchObject([{ code: 'EPIPE' }])
    },
  )

  it('gives messages as they come, and ends at the limit without waiting for more', async () => {
    const stdin = new PassThrough()
    stdin.write('{"key":"a"}\n{"key":"b"}\nnonsense\n')
    const rows = await rowsOf(sourceOf('-', { stdin }), { limit: 2 })
    expect(rows.map(({ key }) => key)).toEqual(['a', 'b'])
    expect(stdin.destroyed).toBe(true)
  })
})

function namedPipe(name: string): string {
  const path = file(name)
  execFileSync('mkfifo', [path])
  return path
}

/** Opens as soon as there is a reader. */
async function writerOf(pipe: string): Promise<Socket> {
  for (;;) {
    try {
      const fd = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
      return new Socket({ fd, readable: false, writable: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error
      await nextTurn()
    }
  }
}

function flipped(archive: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(archive)
  bytes[bytes.length >> 1]! ^= 0x55
  bytes[bytes.length - 6]! ^= 0x55
  return bytes
}
