import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openFileSource } from '../../src/adapters/files/file-source.ts'
import { unescaped } from '../../src/adapters/files/json-escapes.ts'
import { JsonFields, NDJSON_NAMES } from '../../src/adapters/files/json-fields.ts'
import { JsonScanner } from '../../src/adapters/files/json-scanner.ts'
import { openNdjsonWriter } from '../../src/adapters/files/ndjson-writer.ts'
import { ColumnBatch } from '../../src/domain/model/column-batch.ts'
import type { Message } from '../../src/domain/model/message.ts'
import { ABSENT, UNKNOWN } from '../../src/domain/model/message-batch.ts'
import { READ_ALL } from '../../src/domain/model/selection.ts'

const folder = mkdtempSync(join(tmpdir(), 'pstool-codec-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const scanner = new JsonScanner()
const fields = new JsonFields(scanner, NDJSON_NAMES)

/** What the scanner finds in a line: null when it is refused, else the fields that it has. */
function scanned(line: Uint8Array): Record<string, unknown> | null {
  // Bytes around the line, to see that none of them is looked at.
  const bytes = Buffer.concat([Buffer.from('"{['), line, Buffer.from('9]}"')])
  if (!fields.scan(bytes, 3, 3 + line.length)) return null
  const found = Object.entries(fields.tokens).filter(([, { kind }]) => kind !== null)
  return Object.fromEntries(
    found.map(([name, { kind, start, stop, shrink }]) => {
      const text = kind === 'string' ? unescaped(bytes, start, stop, shrink) : null
      if (kind === 'string')
        return [name, text === null ? 'unpaired' : Buffer.from(text).toString()]
      return [name, JSON.parse(bytes.subarray(start, stop).toString())]
    }),
  )
}

/** The same by JSON.parse. */
function parsed(line: Uint8Array): Record<string, unknown> | null {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(line).toString())
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const known = Object.entries(value).filter(([name]) => Object.hasOwn(NDJSON_NAMES, name))
  return Object.fromEntries(
    known.map(([name, inner]) =>
      typeof inner === 'string' && !inner.isWellFormed() ? [name, 'unpaired'] : [name, inner],
    ),
  )
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }),
  fc.constantFrom('\u0000', '"\\/\b\f\n\r\t', '\u2028é😀', '\ud800', 'a\udc00b'),
)
const value = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.maxSafeInteger())
const name = fc.oneof(fc.constantFrom(...Object.keys(NDJSON_NAMES)), text)
const gap = fc.constantFrom('', '', ' ', '\t \r')

/** JSON as any producer may write it: white space, escapes where none are needed, doubled names. */
const line = fc.array(fc.tuple(name, value, gap, fc.boolean()), { maxLength: 6 }).map((members) => {
  const written = members.map(([key, inner, space, escaped]) => {
    const json = `${space}${JSON.stringify(key)}${space}:${space}${JSON.stringify(inner)}${space}`
    return escaped ? json.replace(/[aeky]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : json
  })
  return Buffer.from(`{${written.join(',')}}`)
})

const edit = fc.record({
  at: fc.nat(200),
  remove: fc.nat(2),
  insert: fc.constantFrom(...'"\\{}[]:,0123456789.-+eEutrfn \t\n\u0001é'.split(''), ''),
})

describe('the JSON scanner', () => {
  it('accepts what JSON.parse accepts, and finds the same fields', () => {
    fc.assert(
      fc.property(line, (bytes) => {
        const expected = parsed(bytes)
        // Escaping letters in literals or escapes may have made the line invalid.
        expect(scanned(bytes)).toEqual(expected)
      }),
      { numRuns: 700 },
    )
  })

  it('refuses what JSON.parse refuses, on lines changed anywhere', () => {
    fc.assert(
      fc.property(line, fc.array(edit, { minLength: 1, maxLength: 3 }), (bytes, edits) => {
        let mutated: Buffer = bytes
        for (const { at, remove, insert } of edits) {
          const place = at % (mutated.length + 1)
          const rest = mutated.subarray(place + remove)
          mutated = Buffer.concat([mutated.subarray(0, place), Buffer.from(insert), rest])
        }
        expect(scanned(mutated)).toEqual(parsed(mutated))
      }),
      { numRuns: 1800 },
    )
  })

  it('refuses a record that is cut, also one that it knows from before', () => {
    const bytes = Buffer.from('{ "key":"a", "value" : {"b":[1,null]},"x":-1.5e3}')
    expect(fields.scan(bytes, 0, bytes.length)).toBe(true)
    for (let end = 0; end < bytes.length; end++) {
      expect(fields.scan(bytes, 0, end)).toBe(false)
      expect(scanner.problemAt).toBeLessThanOrEqual(end)
    }
  })

  it('goes as deep as the text does', () => {
    const depth = 200_000
    const deep = (closing: number) => `{"value":${'[{"a":'.repeat(depth)}1${'}]'.repeat(closing)}}`
    for (const closing of [depth, depth - 1]) {
      const bytes = Buffer.from(deep(closing))
      expect(fields.scan(bytes, 0, bytes.length)).toBe(closing === depth)
    }
  })
})

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  text.filter((any) => any.isWellFormed()).map((any) => Uint8Array.from(Buffer.from(any))),
)
const message: fc.Arbitrary<Message> = fc.record({
  topic: fc.constantFrom('orders', 'users "a"'),
  partition: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
  offset: fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(
    fc.record({
      name: text.filter((any) => any.isWellFormed()),
      value: fc.option(bytes),
    }),
    { maxLength: 3 },
  ),
  timestamp: fc.option(fc.nat(2 ** 50)),
})

describe('the NDJSON writer and the reader', () => {
  it('give back the same messages', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 8 }), async (messages) => {
        // Archives are slow to make; a few of them do.
        const suffix = { 3: '.gz', 7: '.zst' }[++run % 10] ?? ''
        const path = join(folder, `${run}.ndjson${suffix}`)
        const writer = await openNdjsonWriter({ path, content: 'messages' })
        for (const one of messages) {
          const batch = new ColumnBatch(one.topic, 1)
          batch.addMessage(one)
          await writer.write(batch)
        }
        await writer.finish()
        const source = openFileSource({ path, uri: path, onBadRecord: 'fail' })
        const read: Message[] = []
        for await (const batch of source.read({ ...READ_ALL, content: 'messages' })) {
          for (let row = 0; row < batch.count; row++) read.push(batch.message(row))
        }
        expect(read).toEqual(messages)
      }),
      { numRuns: 60 },
    )
  })
})

describe('CSV and plain keys, cut into chunks anywhere', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é', '\\', '\u0001', ''),
    maxLength: 6,
  })
  const quoted = (content: string) => `"${content.replaceAll('"', '""')}"`
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 })

  async function read(content: string, size: number, format: 'csv' | 'keys') {
    const all = Buffer.from(content)
    const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
      all.subarray(i * size, (i + 1) * size),
    )
    const stdin = Readable.from(chunks, { objectMode: false })
    const source = openFileSource({ path: '-', stdin, uri: '-', format, onBadRecord: 'fail' })
    const messages: { key: string; value: Uint8Array | null }[] = []
    for await (const batch of source.read({ ...READ_ALL, content: 'messages' })) {
      for (let row = 0; row < batch.count; row++) {
        const { key, value } = batch.message(row)
        expect(value?.length ?? (format === 'keys' ? UNKNOWN : ABSENT)).toBe(batch.valueLength[row])
        messages.push({ key: Buffer.from(key!).toString(), value })
      }
    }
    return messages
  }

  it('CSV is read as another parser reads it, keys and rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 9 }),
        async (rows, end, size) => {
          const body = rows.map((row) => row.map(quoted).join(',')).join(end)
          const content = `key,"a ""note"""${end}${body}`
          const other: Record<string, string>[] = parse(content, {
            columns: true,
            record_delimiter: [end],
          })
          const messages = await read(content, size, 'csv')
          expect(messages.map(({ key }) => key)).toEqual(other.map(({ key }) => key))
          const objects = messages.map(({ value }) => JSON.parse(Buffer.from(value!).toString()))
          expect(objects).toEqual(other)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('plain keys are the lines', async () => {
    const keys = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\r', '"') }), {
      minLength: 1,
    })
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        const content = `first\n${lines.join('\n')}\n`
        const messages = await read(content, size, 'keys')
        expect(messages.map(({ key }) => key)).toEqual(['first', ...lines])
      }),
      { numRuns: 100 },
    )
  })
})
