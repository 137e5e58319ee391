import { crc32c as foreignCrc32c } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decompressors } from '../../../../../src/adapters/kafka/codecs/decompressors.ts'
import { crc32c } from '../../../../../src/adapters/kafka/producer/crc32c.ts'
import {
  type BatchStamp,
  recordBatch,
  recordSize,
  sequenceAfter,
} from '../../../../../src/adapters/kafka/producer/record-batch.ts'
import { recordRuns } from '../../../../../src/adapters/kafka/records/batch-walk.ts'
import { RecordColumns } from '../../../../../src/adapters/kafka/records/record-columns.ts'
import { takeRecords } from '../../../../../src/adapters/kafka/records/record-run.ts'
import type { NewMessage } from '../../../../../src/domain/model/cluster.ts'
import { recordBatch as foreignBatch } from '../../../../support/record-batches.ts'

const STAMP: BatchStamp = {
  identity: { id: 4711, epoch: 3 },
  sequence: 99,
  isTransactional: false,
}
const bytes = (text: string) => new Uint8Array(Buffer.from(text))

/** The messages as the project's own reader finds them. */
function readBack(batch: Uint8Array): NewMessage[] {
  const columns = new RecordColumns('topic', 'messages')
  const records = { partition: 0, bytes: batch, from: 0, end: batch.length, aborted: [] }
  const wanted = { from: 0, stop: 1e9, quota: 1e9 }
  const messages: NewMessage[] = []
  for (const run of recordRuns(records, wanted, new Decompressors())) {
    columns.bytes = run.bytes
    while (run.left > 0) {
      columns.count = 0
      takeRecords(run, wanted, columns)
      for (let row = 0; row < columns.count; row++) {
        const { key, value, headers, timestamp } = columns.message(row)
        messages.push({ key, value, headers, timestamp })
      }
    }
  }
  return messages
}

const blob = fc.uint8Array({ maxLength: 300 })
const anyMessage = fc.record({
  key: fc.option(blob),
  value: fc.option(blob),
  headers: fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), value: fc.option(blob) }), {
    maxLength: 3,
  }),
  timestamp: fc.option(fc.integer({ min: 0, max: 2 ** 45 })),
})
const anyMessages = fc.array(anyMessage, { minLength: 1, maxLength: 20 })

describe('crc32c', () => {
  it.each([
    ['', 0],
    ['123456789', 0xe3069283],
    ['The quick brown fox jumps over the lazy dog', 0x22620404],
  ])('of "%s"', (text, expected) => {
    expect(crc32c(bytes(text))).toBe(expected)
  })

  it.each([
    ['zeros', new Uint8Array(32), 0x8a9136aa],
    ['ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['counted up', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ])('of 32 bytes %s, as RFC 3720 has it', (_, input, expected) => {
    expect(crc32c(input)).toBe(expected)
  })

  it('is what another client computes', () => {
    fc.assert(
      fc.property(blob, (input) => {
        expect(crc32c(input)).toBe(foreignCrc32c(Buffer.from(input)))
      }),
    )
  })
})

describe('recordBatch', () => {
  it('comes back from the reader byte for byte, null and empty told apart', () => {
    fc.assert(
      fc.property(anyMessages, (messages) => {
        expect(readBack(recordBatch(messages, STAMP))).toEqual(messages)
      }),
    )
  })

  it('takes at most as much room as is reckoned for it', () => {
    fc.assert(
      fc.property(anyMessages, (messages) => {
        const reckoned = messages.reduce((sum, message) => sum + recordSize(message), 61)
        expect(recordBatch(messages, STAMP).length).toBeLessThanOrEqual(reckoned)
      }),
    )
  })

  it('has the bytes that a batch written without product code has', () => {
    const messages: NewMessage[] = [
      { key: bytes('k'), value: null, timestamp: 1_000_000 },
      { key: null, value: bytes('v'), timestamp: 1_000_500, headers: [{ name: 'h', value: null }] },
    ]
    const records = messages.map(({ timestamp, ...message }) => ({
      ...message,
      timestampDelta: timestamp! - 1_000_000,
    }))
    const foreign = foreignBatch({
      records,
      baseTimestamp: 1_000_000,
      producerId: 5,
      transactional: true,
    })
    const own = recordBatch(messages, {
      identity: { id: 5, epoch: 0 },
      sequence: 0,
      isTransactional: true,
    })
    expect(Buffer.from(own).toString('hex')).toBe(foreign.toString('hex'))
  })

  it('bears who wrote it and from which sequence on', () => {
    const batch = Buffer.from(recordBatch([{ key: null, value: null }], STAMP))
    expect([batch.readBigInt64BE(43), batch.readInt16BE(51), batch.readInt32BE(53)]).toEqual([
      4711n,
      3,
      99,
    ])
  })
})

it('begins sequences again at 0 after the last one of 31 bits', () => {
  expect(sequenceAfter(5, 2)).toBe(7)
  expect(sequenceAfter(2 ** 31 - 1, 1)).toBe(0)
  expect(sequenceAfter(2 ** 31 - 2, 5)).toBe(3)
})
