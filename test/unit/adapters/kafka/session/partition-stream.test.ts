import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decompressors } from '../../../../../src/adapters/kafka/codecs/decompressors.ts'
import type { FetchedRecords } from '../../../../../src/adapters/kafka/session/requests/fetch.ts'
import { PartitionStream } from '../../../../../src/adapters/kafka/session/stream/partition-stream.ts'
import { BrokerError } from '../../../../../src/errors.ts'
import { type BatchSpec, recordBatch } from '../../../../support/record-batches.ts'

const codecs = new Decompressors()

function response(batches: readonly BatchSpec[], extra: Partial<FetchedRecords> = {}) {
  const bytes = Buffer.concat(batches.map(recordBatch))
  const place = { bytes, from: 0, end: bytes.length }
  return { topic: 't', partition: 0, code: 0, stableEnd: 1000, aborted: [], ...place, ...extra }
}

const record = (value: string, delta?: number) => ({
  key: Buffer.from('k'),
  value: Buffer.from(value),
  ...(delta === undefined ? {} : { delta }),
})
const streamAt = (position: number) => new PartitionStream({ topic: 't', partition: 0 }, position)

describe('what was read ahead of a partition', () => {
  it('is given in shares, from the position on, and goes beyond the gap at its end', () => {
    const stream = streamAt(11)
    const records = [record('a', 0), record('b', 1), record('c', 4)]
    stream.arrived(response([{ records, baseOffset: 10, lastOffsetDelta: 6 }]), 11)
    expect(stream.fetchAt).toBe(17)
    expect(stream.bufferedBytes).toBeGreaterThan(0)
    expect(stream.take(1, codecs)).toMatchObject({ offsets: [11], next: 12, end: 1000 })
    expect(stream.take(9, codecs)).toMatchObject({ offsets: [14], next: 17 })
    expect([stream.take(9, codecs), stream.bufferedBytes]).toEqual([null, 0])
  })

  it('is nothing new where the answer came for a place that was left', () => {
    const stream = streamAt(0)
    stream.seek(5)
    stream.arrived(response([{ records: [record('a')] }]), 0)
    expect([stream.take(9, codecs), stream.fetchAt]).toEqual([null, 5])
    stream.arrived(response([{ records: [record('b')], baseOffset: 5 }]), 5)
    stream.seek(0)
    expect([stream.take(9, codecs), stream.bufferedBytes]).toEqual([null, 0])
  })

  it('moves the position alone where everything was aborted', () => {
    const stream = streamAt(0)
    const aborted = [{ producerId: 7, firstOffset: 0 }]
    const batch = { records: [record('a')], producerId: 7, transactional: true }
    stream.arrived(response([batch], { aborted }), 0)
    expect(stream.take(9, codecs)).toMatchObject({ messages: [], offsets: [], next: 1 })
    expect(stream.take(9, codecs)).toBeNull()
  })

  it('is asked for again after a failure, and what was not given is not lost', () => {
    const stream = streamAt(0)
    const good = { records: [record('a')] }
    const broken = response([good, { records: [record('b')], baseOffset: 1 }])
    // The second batch says of itself that it has more records than are in it.
    const view = new DataView(broken.bytes.buffer, broken.bytes.byteOffset)
    view.setInt32(broken.bytes.length / 2 + 57, 5)
    stream.arrived(broken, 0)
    expect(() => stream.take(9, codecs)).toThrow(BrokerError)
    expect([stream.take(9, codecs), stream.fetchAt]).toEqual([null, 0])
    stream.fail(new BrokerError('broker.protocol', 'of the leader'))
    expect(() => stream.take(9, codecs)).toThrow('of the leader')
    stream.arrived(response([good]), 0)
    expect(stream.take(9, codecs)).toMatchObject({ offsets: [0], next: 1 })
  })

  it('keeps keys, values, headers and times apart, and what is absent', () => {
    const stream = streamAt(0)
    const headers = [
      { name: 'a', value: Buffer.from('1') },
      { name: 'ü', value: null },
    ]
    const whole = { key: Buffer.from('key'), value: Buffer.from('v'), headers, timestampDelta: 300 }
    const records = [whole, { key: null, value: null }, { ...whole, key: Buffer.alloc(0) }]
    stream.arrived(response([{ records, baseTimestamp: 5000 }]), 0)
    stream.arrived(response([{ records, baseOffset: 3, appendTime: 9000 }]), 3)
    const { messages } = stream.take(9, codecs)!
    const seen = messages.map(({ key, value, timestamp, headers: named }) => [
      key && Buffer.from(key).toString(),
      value && Buffer.from(value).toString(),
      timestamp,
      named.map((header) => [header.name, header.value && Buffer.from(header.value).toString()]),
    ])
    const named = [
      ['a', '1'],
      ['ü', null],
    ]
    expect(seen.slice(0, 3)).toEqual([
      ['key', 'v', 5300, named],
      [null, null, 5000, []],
      ['', 'v', 5300, named],
    ])
    expect(seen.slice(3).map(([, , timestamp]) => timestamp)).toEqual([9000, 9000, 9000])
  })

  it('is the same messages, however it is shared out', () => {
    const batch = fc.record({
      deltas: fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 }),
      codec: fc.constantFrom('none', 'gzip', 'snappy', 'lz4', 'zstd'),
      control: fc.boolean(),
    })
    const shares = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 5 }), shares, (batches, most) => {
        const stream = streamAt(0)
        const expected: [number, string][] = []
        for (const [i, { deltas, codec, control }] of batches.entries()) {
          const baseOffset = i * 100
          const ascending = deltas.toSorted((a, b) => a - b)
          const records = ascending.map((delta) => record(`${baseOffset + delta}`, delta))
          const spec = { records, codec, baseOffset, control, lastOffsetDelta: 50 } as BatchSpec
          stream.arrived(response([spec]), stream.fetchAt)
          if (control) continue
          expected.push(
            ...ascending.map((d): [number, string] => [baseOffset + d, `${baseOffset + d}`]),
          )
        }
        const read: [number, string][] = []
        const kept = []
        for (let turn = 0; ; turn++) {
          const share = most[turn % most.length]!
          const polled = stream.take(share, codecs)
          if (polled === null) break
          expect(polled.messages.length).toBeLessThanOrEqual(share)
          kept.push(...polled.messages)
          read.push(...polled.offsets.map((offset): [number, string] => [offset, '']))
        }
        // Values are looked at only now, when all batches have been decompressed.
        for (const [i, message] of kept.entries()) {
          read[i]![1] = Buffer.from(message.value!).toString()
          expect(message.offset).toBe(BigInt(read[i]![0]))
        }
        expect(read).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })
})
