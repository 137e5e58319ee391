import { describe, expect, it } from 'vitest'
import { Decompressors } from '../../../../../src/adapters/kafka/codecs/decompressors.ts'
import {
  offsetAfter,
  type PartitionRecords,
  recordRuns,
} from '../../../../../src/adapters/kafka/records/batch-walk.ts'
import { RecordColumns } from '../../../../../src/adapters/kafka/records/record-columns.ts'
import { takeRecords } from '../../../../../src/adapters/kafka/records/record-run.ts'
import { BrokerError } from '../../../../../src/errors.ts'
import { type BatchSpec, marker, recordBatch } from '../../../../support/record-batches.ts'

type Aborted = PartitionRecords['aborted']

/** Batches as they lie in a response, behind bytes that are not theirs. */
function recordsOf(batches: readonly Buffer[], aborted: Aborted = []): PartitionRecords {
  const bytes = Buffer.concat([Buffer.alloc(7, 0xff), ...batches])
  return { partition: 3, bytes, from: 7, end: bytes.length, aborted }
}

function read(records: PartitionRecords, from = 0, stop = 1e9, quota = 1e9) {
  const columns = new RecordColumns('topic', 'messages')
  const rows: { key: string | null; offset: number; timestamp: number; valueLength: number }[] = []
  const wanted = { from, stop, quota }
  for (const run of recordRuns(records, wanted, new Decompressors())) {
    columns.bytes = run.bytes
    while (run.left > 0 && wanted.quota > 0) {
      columns.count = 0
      takeRecords(run, wanted, columns)
      for (let row = 0; row < columns.count; row++) {
        const { key, offset, value, timestamp } = columns.message(row)
        rows.push({
          key: key === null ? null : Buffer.from(key).toString(),
          offset: Number(offset),
          timestamp: timestamp ?? Number.NaN,
          valueLength: columns.valueLength[row]!,
        })
        expect(value?.length ?? -1).toBe(columns.valueLength[row])
        expect(columns.partition[row]).toBe(3)
      }
    }
  }
  return rows
}

const record = (key: string | null, more: object = {}) => ({
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from('v'),
  ...more,
})
const keys = (rows: readonly { key: string | null }[]) => rows.map(({ key }) => key)
const codeOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    return error instanceof BrokerError ? error.code : error
  }
  return null
}

describe('record batches', () => {
  it('give offsets, times and lengths; null is not empty', () => {
    const batch = recordBatch({
      baseOffset: 1000,
      baseTimestamp: 5_000_000_000_000,
      records: [
        record('a', { timestampDelta: -3 }),
        record(null, { delta: 70, timestampDelta: 2 ** 40 }),
        record('', { delta: 300, value: null }),
        record('é'.repeat(100), { delta: 301, value: Buffer.alloc(20_000) }),
      ],
    })
    expect(read(recordsOf([batch]))).toEqual([
      { key: 'a', offset: 1000, timestamp: 4_999_999_999_997, valueLength: 1 },
      { key: null, offset: 1070, timestamp: 5_000_000_000_000 + 2 ** 40, valueLength: 1 },
      { key: '', offset: 1300, timestamp: 5_000_000_000_000, valueLength: -1 },
      { key: 'é'.repeat(100), offset: 1301, timestamp: 5_000_000_000_000, valueLength: 20_000 },
    ])
  })

  it("give the log's append time where the batch says so, and no time for -1", () => {
    const appended = recordBatch({ records: [record('a', { timestampDelta: 9 })], appendTime: 77 })
    const timeless = recordBatch({ baseOffset: 1, baseTimestamp: -1, records: [record('b')] })
    expect(read(recordsOf([appended, timeless])).map(({ timestamp }) => timestamp)).toEqual([
      77,
      Number.NaN,
    ])
  })

  it('are cut to the wanted offsets and to the quota', () => {
    const batch = recordBatch({
      baseOffset: 10,
      records: ['a', 'b', 'c', 'd', 'e'].map((k) => record(k)),
    })
    const next = recordBatch({ baseOffset: 15, records: ['f', 'g'].map((k) => record(k)) })
    const records = recordsOf([batch, next])
    expect(keys(read(records, 12, 16))).toEqual(['c', 'd', 'e', 'f'])
    expect(keys(read(records, 12, 16, 2))).toEqual(['c', 'd'])
    expect(keys(read(records, 15))).toEqual(['f', 'g'])
    expect(keys(read(records, 17))).toEqual([])
  })

  it('stop where the response was cut, wherever that is', () => {
    const whole = recordBatch({ records: [record('a')] })
    const cut = recordBatch({ baseOffset: 1, records: [record('b')] })
    for (let length = 0; length < cut.length; length++) {
      const records = recordsOf([whole, cut.subarray(0, length)])
      expect(keys(read(records))).toEqual(['a'])
      expect(offsetAfter(records)).toBe(1)
    }
    expect(offsetAfter(recordsOf([cut.subarray(0, 40)]))).toBeNull()
  })

  it('may be emptied by compaction, and still say how far they went', () => {
    const emptied = recordBatch({ baseOffset: 5, records: [], lastOffsetDelta: 9 })
    expect(read(recordsOf([emptied]))).toEqual([])
    expect(offsetAfter(recordsOf([emptied]))).toBe(15)
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('are read from %s', (codec) => {
    const many = Array.from({ length: 500 }, (_, i) => record(`key ${i % 9}`))
    const [first, second] = [0, 500].map((baseOffset) =>
      recordBatch({ baseOffset, records: many, codec }),
    )
    const rows = read(recordsOf([first!, second!]))
    expect(keys(rows)).toEqual([...many, ...many].map(({ key }) => key?.toString()))
    expect(rows.map(({ offset }) => offset)).toEqual(rows.map((_, i) => i))
  })
})

describe('transactions', () => {
  const of = (producerId: number, baseOffset: number, key: string, more: Partial<BatchSpec> = {}) =>
    recordBatch({ producerId, baseOffset, transactional: true, records: [record(key)], ...more })

  it('leave out markers, and what the listed producers wrote before their marker', () => {
    const records = recordsOf(
      [
        of(1, 0, 'gone'),
        of(2, 1, 'kept'),
        of(1, 2, 'gone too'),
        marker(3, 2, 'commit'),
        of(2, 4, 'kept too'),
        marker(5, 1, 'abort'),
        of(1, 6, 'later'),
        marker(7, 1, 'commit'),
        marker(8, 2, 'commit'),
      ],
      [{ producerId: 1, firstOffset: 0 }],
    )
    expect(keys(read(records))).toEqual(['kept', 'kept too', 'later'])
  })

  it('begin where the list says, and may begin before the response', () => {
    const batches = [of(1, 10, 'of an earlier one'), of(1, 11, 'gone'), marker(12, 1, 'abort')]
    const begins = (firstOffset: number) => [{ producerId: 1, firstOffset }]
    expect(keys(read(recordsOf(batches, begins(11))))).toEqual(['of an earlier one'])
    expect(keys(read(recordsOf(batches, begins(3))))).toEqual([])
  })

  it('of one producer may be aborted twice, in a list of any order', () => {
    const records = recordsOf(
      [of(1, 0, 'a'), marker(1, 1, 'abort'), of(1, 2, 'b'), marker(3, 1, 'commit'), of(1, 4, 'c')],
      [
        { producerId: 1, firstOffset: 4 },
        { producerId: 1, firstOffset: 0 },
      ],
    )
    expect(keys(read(records))).toEqual(['b'])
  })

  it('do not touch what the same producer wrote outside of them', () => {
    const plain = recordBatch({ baseOffset: 0, producerId: 1, records: [record('plain')] })
    expect(keys(read(recordsOf([plain], [{ producerId: 1, firstOffset: 0 }])))).toEqual(['plain'])
  })
})

describe('what is broken', () => {
  it('is refused: formats before 0.11', () => {
    for (const magic of [0, 1]) {
      const old = recordBatch({ records: [record('a')] })
      old[16] = magic
      expect(codeOf(() => read(recordsOf([old])))).toBe('broker.old-message-format')
    }
  })

  it('is refused: records that reach beyond their batch, and lengths that do not fit', () => {
    const good = recordBatch({ records: [record('abc')] })
    for (const [at, value] of [
      [61, 0x7e],
      [61, 0x03],
      [65, 0x20],
      [65, 0x03],
      [69, 0x7e],
      [69, 0x03],
      [60, 9],
    ] as const) {
      const bad = Buffer.from(good)
      bad[at] = value
      expect([at, codeOf(() => read(recordsOf([bad])))]).toEqual([at, 'broker.corrupt-batch'])
    }
  })

  it('is refused: a batch shorter than its header', () => {
    const bad = recordBatch({ records: [record('abc')] })
    bad.writeInt32BE(10, 8)
    expect(codeOf(() => offsetAfter(recordsOf([bad])))).toBe('broker.corrupt-batch')
  })

  it('is refused: a codec that Kafka does not have, and data that is not of its codec', () => {
    for (const codec of [1, 2, 3, 4, 5, 7]) {
      const bad = recordBatch({ records: [record('abc')] })
      bad[22] = codec
      const code = codec > 4 ? 'broker.unknown-codec' : 'broker.corrupt-batch'
      expect(codeOf(() => read(recordsOf([bad])))).toBe(code)
    }
  })
})
