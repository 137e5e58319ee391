import { afterEach, describe, expect, it } from 'vitest'
import { ABSENT } from '../../src/domain/model/message-batch.ts'
import { READ_ALL, type Selection } from '../../src/domain/model/selection.ts'
import type { MessageSource } from '../../src/ports/message-source.ts'
import {
  at,
  type ContractMessage,
  clock,
  inPartition,
  numbered,
  type ReadMessage,
  readAll,
  readColumns,
  text,
} from './contract-messages.ts'

export type { ContractMessage } from './contract-messages.ts'

/** A source under test over a fresh topic (or file) that holds the given messages. */
export interface MadeSource {
  readonly source: MessageSource
  /** Appends to the same log; only where `capabilities.growth` is true. */
  append?(messages: readonly ContractMessage[]): Promise<void>
  /** Ends what the maker started besides the source, which the suite closes itself. */
  close(): Promise<void>
}

export interface MakeOptions {
  /** Partitions of the topic; messages name theirs, and some partitions stay empty. */
  readonly partitions: number
}

/** What a kind of source cannot be asked for: a plain file has no end that moves. */
export interface SourceCapabilities {
  /** `describe()` lists every partition, empty ones too, with its log range. */
  readonly ranges: boolean
  /** The log may grow while it is read; `append` of the made source does it. */
  readonly growth: boolean
  /** `tail` and `spread` are places in the log, known before reading. */
  readonly seeks: boolean
  /** `report().available` is a number for every selection. */
  readonly available: boolean
}

/**
 * What every MessageSource promises, asked of a real one.
 * @param make puts messages into a new log: offsets 0, 1, .. per partition in the order given
 */
export function messageSourceContract(
  name: string,
  make: (messages: readonly ContractMessage[], options: MakeOptions) => Promise<MadeSource>,
  capabilities: SourceCapabilities,
): void {
  const opened: MadeSource[] = []
  const open = async (messages: readonly ContractMessage[], partitions = 3) => {
    const made = await make(messages, { partitions })
    opened.push(made)
    return made
  }
  const select = (selection: Partial<Selection>): Selection => ({
    ...READ_ALL,
    content: 'messages',
    ...selection,
  })

  afterEach(async () => {
    for (const made of opened.splice(0)) {
      await made.source.close()
      await made.close()
    }
  })

  describe(`${name}: what is read`, () => {
    it('gives every message once, in log order within its partition', async () => {
      const messages = numbered(900, 3)
      const { source } = await open(messages)
      const read = await readAll(source, select({}))
      expect(read).toHaveLength(900)
      for (const partition of [0, 1, 2]) {
        const expected = inPartition(messages, partition)
        const got = inPartition(read, partition)
        expect(got.map((message) => text(message.key))).toEqual(
          expected.map((message) => text(message.key)),
        )
        expect(got.map((message) => message.offset)).toEqual(expected.map((_, i) => BigInt(i)))
      }
    })

    it('keeps null, empty and binary keys, tombstones and empty values apart', async () => {
      const awkward = [
        at(0, { key: null, value: Buffer.from('no key') }),
        at(0, { key: new Uint8Array(0), value: Buffer.from('empty key') }),
        at(0, { key: Uint8Array.of(0, 255, 128, 10), value: Uint8Array.of(0, 13, 10, 255) }),
        at(0, { key: Buffer.from('tombstone'), value: null }),
        at(0, { key: Buffer.from('empty value'), value: new Uint8Array(0) }),
        at(0, { key: Buffer.from('日本\n"'), value: Buffer.from('{"a":1}') }),
        at(0, { key: null, value: null }),
      ]
      const { source } = await open(awkward)
      const read = await readAll(source, select({}))
      expect(read.map(({ key, value }) => ({ key, value }))).toEqual(
        awkward.map(({ key, value }) => ({ key: plain(key), value: plain(value) })),
      )
      const columns = await readColumns(source, { ...READ_ALL, content: 'keys' })
      expect(columns.map(({ key }) => key)).toEqual(awkward.map(({ key }) => plain(key)))
      expect(columns.map(({ keyLength }) => keyLength)).toEqual([ABSENT, 0, 4, 9, 11, 8, ABSENT])
    })

    it('keeps headers in their order, doubled names and null values too', async () => {
      const headers = [
        { name: 'user_id', value: Buffer.from('14') },
        { name: 'trace', value: Uint8Array.of(1, 0, 255) },
        { name: 'user_id', value: null },
        { name: 'empty', value: new Uint8Array(0) },
      ]
      const { source } = await open([at(1, { headers }), at(1, { headers: [] })])
      const [first, second] = await readAll(source, select({}))
      expect(first?.headers).toEqual(headers.map((h) => ({ name: h.name, value: plain(h.value) })))
      expect(second?.headers).toEqual([])
    })

    it('gives timestamps in columns and messages alike', async () => {
      const { source } = await open([
        at(0, { timestamp: clock(0) }),
        at(0, { timestamp: clock(7) }),
      ])
      const read = await readAll(source, select({}))
      expect(read.map(({ timestamp }) => timestamp)).toEqual([clock(0), clock(7)])
      const columns = await readColumns(source, READ_ALL)
      expect(columns.map(({ timestamp }) => timestamp)).toEqual([clock(0), clock(7)])
    })

    it('gives the same columns for keys alone and for whole messages', async () => {
      const { source } = await open(numbered(50, 2))
      const whole = await readColumns(source, select({}))
      const keysOnly = await readColumns(source, select({ content: 'keys' }))
      const sorted = (rows: readonly { partition: number; offset: number }[]) =>
        rows.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)
      expect(sorted(keysOnly)).toEqual(sorted(whole))
      expect(whole).toHaveLength(50)
    })

    it('ends at once on an empty log, and counts nothing', async () => {
      const { source } = await open([], 2)
      expect(await readAll(source, select({}))).toEqual([])
      for (const sample of ['head', 'tail', 'spread'] as const) {
        expect(await readAll(source, select({ sample, limit: 5 }))).toEqual([])
      }
      expect(source.report()).toMatchObject({ badRecords: 0, skippedOffsets: 0 })
    })

    it('gives the same again when read twice', async () => {
      const { source } = await open(numbered(300, 3))
      const first = await readAll(source, select({}))
      expect(byPlace(await readAll(source, select({})))).toEqual(byPlace(first))
      expect(source.report().badRecords).toBe(0)
    })

    it('lends batches: rows beyond `count` and later changes belong to the source', async () => {
      const { source } = await open(numbered(5000, 1), 1)
      let offset = 0
      for await (const batch of source.read(select({ content: 'keys' }))) {
        expect(batch.count).toBeGreaterThan(0)
        for (let row = 0; row < batch.count; row++) expect(batch.offset[row]).toBe(offset++)
      }
      expect(offset).toBe(5000)
    })
  })

  describe(`${name}: which messages are selected`, () => {
    it('reads only the partitions asked for', async () => {
      const { source } = await open(numbered(90, 3))
      const read = await readAll(source, select({ partitions: [0, 2] }))
      expect(new Set(read.map(({ partition }) => partition))).toEqual(new Set([0, 2]))
      expect(read).toHaveLength(60)
    })

    it('takes offsets from (inclusive) and until (exclusive), in every partition', async () => {
      const { source } = await open(numbered(90, 3))
      const from = { at: 'offset', offset: 10n } as const
      const until = { at: 'offset', offset: 13n } as const
      const read = await readAll(source, select({ from, until }))
      for (const partition of [0, 1, 2]) {
        const offsets = inPartition(read, partition).map(({ offset }) => offset)
        expect(offsets).toEqual([10n, 11n, 12n])
      }
    })

    it('takes what is there of an offset range that reaches beyond the log', async () => {
      const { source } = await open(numbered(30, 3))
      const until = { at: 'offset', offset: 1000n } as const
      expect(await readAll(source, select({ until }))).toHaveLength(30)
      const from = { at: 'offset', offset: 1000n } as const
      expect(await readAll(source, select({ from, until }))).toEqual([])
    })

    it('takes times from (inclusive) and until (exclusive)', async () => {
      const { source } = await open(numbered(90, 3))
      const from = { at: 'timestamp', timestampMs: clock(30) } as const
      const until = { at: 'timestamp', timestampMs: clock(60) } as const
      const times = (await readAll(source, select({ from, until }))).map(
        ({ timestamp }) => timestamp,
      )
      expect(times.toSorted()).toEqual(Array.from({ length: 30 }, (_, i) => clock(30 + i)))
    })

    it('takes nothing after the newest time, and all before it', async () => {
      const { source } = await open(numbered(30, 3))
      const late = { at: 'timestamp', timestampMs: clock(500) } as const
      expect(await readAll(source, select({ from: late }))).toEqual([])
      expect(await readAll(source, select({ until: late }))).toHaveLength(30)
    })

    it('reads at most `limit` messages, the first ones of each partition', async () => {
      const { source } = await open(numbered(90, 3))
      for (const sample of ['all', 'head'] as const) {
        const read = await readAll(source, select({ limit: 20, sample }))
        expect(read).toHaveLength(20)
        for (const partition of [0, 1, 2]) {
          const offsets = inPartition(read, partition).map(({ offset }) => offset)
          expect(offsets).toEqual(offsets.map((_, i) => BigInt(i)))
        }
      }
    })

    it('reads everything when the limit is beyond it, in every mode', async () => {
      const { source } = await open([...numbered(40, 1), ...numbered(7, 3)])
      for (const sample of ['all', 'head', 'tail', 'spread'] as const) {
        expect(await readAll(source, select({ limit: 1000, sample }))).toHaveLength(47)
      }
    })
  })

  if (capabilities.seeks) seekingSuite(name, open, select)
  if (capabilities.ranges) rangeSuite(name, open)
  if (capabilities.growth) growthSuite(name, open, select)

  describe(`${name}: how reading ends`, () => {
    it('stops early and without an error when aborted', async () => {
      const { source } = await open(numbered(9000, 1), 1)
      const stop = new AbortController()
      let batches = 0
      let messages = 0
      for await (const batch of source.read(select({ content: 'keys' }), stop.signal)) {
        batches += 1
        messages += batch.count
        stop.abort()
      }
      expect(batches).toBe(1)
      expect(messages).toBeLessThan(9000)
    })

    it('gives nothing when aborted before the start', async () => {
      const { source } = await open(numbered(10, 1))
      expect(await readAll(source, select({}), AbortSignal.abort())).toEqual([])
    })

    it('can be left early, and read again', async () => {
      const { source } = await open(numbered(9000, 1), 1)
      for await (const batch of source.read(select({}))) {
        expect(batch.count).toBeGreaterThan(0)
        break
      }
      expect(await readAll(source, select({}))).toHaveLength(9000)
    })

    it('reports what there was to read, where it can tell', async () => {
      const { source } = await open(numbered(90, 3))
      await readAll(source, select({ partitions: [0, 1], limit: 10 }))
      const { available, skippedOffsets, badRecords, badRecordSamples } = source.report()
      expect(available).toBe(capabilities.available ? 60 : available)
      expect([null, 60]).toContain(available)
      expect({ skippedOffsets, badRecords, badRecordSamples }).toEqual({
        skippedOffsets: 0,
        badRecords: 0,
        badRecordSamples: [],
      })
    })

    it('closes twice without harm', async () => {
      const { source } = await open(numbered(3, 1))
      await readAll(source, select({}))
      await source.close()
      await source.close()
    })
  })
}

type Open = (messages: readonly ContractMessage[], partitions?: number) => Promise<MadeSource>
type Select = (selection: Partial<Selection>) => Selection

function seekingSuite(name: string, open: Open, select: Select): void {
  describe(`${name}: samples`, () => {
    it('tail reads the last ones of each partition', async () => {
      const { source } = await open(numbered(90, 3))
      const read = await readAll(source, select({ limit: 20, sample: 'tail' }))
      expect(read).toHaveLength(20)
      for (const partition of [0, 1, 2]) {
        const offsets = inPartition(read, partition).map(({ offset }) => Number(offset))
        expect(offsets).toEqual(offsets.map((_, i) => 30 - offsets.length + i))
      }
    })

    it('spread reads stretches from all over every partition, ascending', async () => {
      const { source } = await open(numbered(3000, 3))
      const read = await readAll(source, select({ limit: 300, sample: 'spread' }))
      expect(read).toHaveLength(300)
      for (const partition of [0, 1, 2]) {
        const offsets = inPartition(read, partition).map(({ offset }) => Number(offset))
        expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b))
        expect(offsets[0]).toBeLessThan(334)
        expect(offsets.at(-1)).toBeGreaterThan(666)
      }
    })

    it('spread is placed by the seed alone', async () => {
      const { source } = await open(numbered(3000, 3))
      const places = async (seed: number) =>
        byPlace(await readAll(source, select({ limit: 300, sample: 'spread', seed })))
      const first = await places(1)
      expect(await places(1)).toEqual(first)
      expect(await places(2)).not.toEqual(first)
    })
  })
}

function rangeSuite(name: string, open: Open): void {
  it(`${name}: describes every partition with its log range`, async () => {
    const { source } = await open([...numbered(4, 1), ...numbered(4, 2)], 3)
    const { partitions, topic, uri } = await source.describe()
    expect(partitions).toEqual([
      { partition: 0, start: 0n, end: 6n },
      { partition: 1, start: 0n, end: 2n },
      { partition: 2, start: 0n, end: 0n },
    ])
    expect(topic).not.toBe('')
    expect(uri).not.toBe('')
  })
}

function growthSuite(name: string, open: Open, select: Select): void {
  describe(`${name}: a log that grows`, () => {
    it('ends at the end offsets seen when the read started', async () => {
      const { source, append } = await open(numbered(9000, 1), 1)
      let messages = 0
      for await (const batch of source.read(select({ content: 'keys' }))) {
        if (messages === 0) await append?.(numbered(50, 1))
        messages += batch.count
      }
      expect(messages).toBe(9000)
      expect(await readAll(source, select({}))).toHaveLength(9050)
    })

    it('reads nothing from `latest`, and nothing until `earliest`', async () => {
      const { source, append } = await open(numbered(30, 3))
      expect(await readAll(source, select({ from: { at: 'latest' } }))).toEqual([])
      expect(await readAll(source, select({ until: { at: 'earliest' } }))).toEqual([])
      await append?.(numbered(3, 3))
      expect((await source.describe()).partitions.map(({ end }) => end)).toEqual([11n, 11n, 11n])
    })
  })
}

function byPlace(read: readonly ReadMessage[]): string[] {
  return read.map(({ partition, offset, key }) => `${partition}/${offset}/${text(key)}`).toSorted()
}

/** Bytes as a Uint8Array of their own, so that equality looks at bytes and not at Buffer. */
function plain(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.from(bytes)
}
