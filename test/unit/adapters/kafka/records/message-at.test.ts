import { describe, expect, it } from 'vitest'
import { Decompressors } from '../../../../../src/adapters/kafka/codecs/decompressors.ts'
import { recordRuns } from '../../../../../src/adapters/kafka/records/batch-walk.ts'
import { RecordColumns } from '../../../../../src/adapters/kafka/records/record-columns.ts'
import { takeRecords } from '../../../../../src/adapters/kafka/records/record-run.ts'
import { recordBatch } from '../../../../support/record-batches.ts'

function columnsOf(content: 'keys' | 'messages'): RecordColumns {
  const bytes = recordBatch({
    baseOffset: 7,
    records: [
      {
        key: Buffer.from('key'),
        value: Buffer.from('value'),
        headers: [
          { name: 'tracé', value: Buffer.from([0, 255]) },
          { name: '', value: null },
          { name: 'tracé', value: Buffer.alloc(0) },
        ],
      },
      { key: null, value: null },
    ],
  })
  const columns = new RecordColumns('topic', content)
  const wanted = { from: 0, stop: 100, quota: 100 }
  const records = { partition: 1, bytes, from: 0, end: bytes.length, aborted: [] }
  for (const run of recordRuns(records, wanted, new Decompressors())) {
    columns.bytes = run.bytes
    takeRecords(run, wanted, columns)
  }
  return columns
}

describe('a whole message', () => {
  it('has its headers in order, doubled, nameless and null ones too', () => {
    expect(columnsOf('messages').message(0)).toEqual({
      topic: 'topic',
      partition: 1,
      offset: 7n,
      key: Uint8Array.from(Buffer.from('key')),
      value: Uint8Array.from(Buffer.from('value')),
      headers: [
        { name: 'tracé', value: Uint8Array.of(0, 255) },
        { name: '', value: null },
        { name: 'tracé', value: new Uint8Array(0) },
      ],
      timestamp: 0,
    })
    expect(columnsOf('messages').message(1)).toMatchObject({ key: null, value: null, headers: [] })
  })

  it('outlives the batch that lent it', () => {
    const columns = columnsOf('messages')
    const { key, value, headers } = columns.message(0)
    columns.bytes.fill(0)
    expect(Buffer.from(key!).toString()).toBe('key')
    expect(Buffer.from(value!).toString()).toBe('value')
    expect([...headers[0]!.value!]).toEqual([0, 255])
  })

  it('is not to be had from a read of keys, nor beyond the batch', () => {
    expect(() => columnsOf('keys').message(0)).toThrow(RangeError)
    expect(() => columnsOf('messages').message(2)).toThrow(RangeError)
  })
})
