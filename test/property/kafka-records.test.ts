import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decompressors } from '../../src/adapters/kafka/codecs/decompressors.ts'
import { handOut } from '../../src/adapters/kafka/fetch/hand-out.ts'
import { PartitionReading } from '../../src/adapters/kafka/fetch/partition-reading.ts'
import { offsetAfter } from '../../src/adapters/kafka/records/batch-walk.ts'
import { RecordColumns } from '../../src/adapters/kafka/records/record-columns.ts'
import { BrokerError } from '../../src/errors.ts'
import { marker, type RecordSpec, recordBatch } from '../support/record-batches.ts'

const blob = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null })
const record = fc.record({
  gap: fc.nat(3),
  key: blob,
  value: blob,
  timestampDelta: fc.integer({ min: -1e6, max: 1e6 }),
})
const batch = fc.record({
  producerId: fc.constantFrom(1, 2, 3),
  kind: fc.constantFrom(
    'plain' as const,
    'transactional' as const,
    'commit' as const,
    'abort' as const,
  ),
  codec: fc.constantFrom('none', 'gzip', 'snappy', 'lz4', 'zstd'),
  records: fc.array(record, { minLength: 1, maxLength: 12 }),
})

interface Kept {
  readonly offset: number
  readonly key: Uint8Array | null
  readonly valueLength: number
  readonly timestamp: number
}

/** A log made of batches, with what a reader of committed messages must see of it, by plain rules. */
function logOf(batches: readonly (typeof batch extends fc.Arbitrary<infer B> ? B : never)[]) {
  let offset = 0
  const bytes: Buffer[] = []
  const open = new Map<number, Kept[]>()
  const begun = new Map<number, number>()
  const aborted: { producerId: number; firstOffset: number; marker: number }[] = []
  const kept: Kept[] = []
  for (const { producerId, kind, codec, records } of batches) {
    if (kind === 'commit' || kind === 'abort') {
      const end = offset++
      bytes.push(marker(end, producerId, kind))
      if (kind === 'commit') kept.push(...(open.get(producerId) ?? []))
      else if (begun.has(producerId))
        aborted.push({ producerId, firstOffset: begun.get(producerId)!, marker: end })
      open.delete(producerId)
      begun.delete(producerId)
      continue
    }
    const transactional = kind === 'transactional'
    let delta = -1
    const specs = records.map(({ gap, ...rest }): RecordSpec & { delta: number } => {
      delta += 1 + gap
      return { ...rest, delta }
    })
    const rows = specs.map((spec, i) => ({
      offset: offset + spec.delta,
      key: spec.key,
      valueLength: spec.value?.length ?? -1,
      timestamp: 1e12 + records[i]!.timestampDelta,
    }))
    const place = { baseOffset: offset, baseTimestamp: 1e12 }
    bytes.push(
      recordBatch({ ...place, producerId, transactional, records: specs, codec: codec as 'none' }),
    )
    if (!transactional) kept.push(...rows)
    else {
      open.set(producerId, [...(open.get(producerId) ?? []), ...rows])
      if (!begun.has(producerId)) begun.set(producerId, offset)
    }
    offset += delta + 1
  }
  for (const producerId of open.keys()) bytes.push(marker(offset++, producerId, 'commit'))
  for (const rows of open.values()) kept.push(...rows)
  return {
    bytes: Buffer.concat(bytes),
    aborted,
    end: offset,
    kept: kept.sort((a, b) => a.offset - b.offset),
  }
}

/** Hands out a log as responses that are cut at the given places, as a broker would send it. */
function readInParts(
  log: ReturnType<typeof logOf>,
  reading: PartitionReading,
  partBytes: number,
): Kept[] {
  const columns = new RecordColumns('t', 'keys')
  const decompressors = new Decompressors()
  const rows: Kept[] = []
  const collect = () => {
    for (let row = 0; row < columns.count; row++) {
      const start = columns.keyStart[row]!
      const length = columns.keyLength[row]!
      rows.push({
        offset: columns.offset[row]!,
        key: length < 0 ? null : Uint8Array.from(columns.bytes.subarray(start, start + length)),
        valueLength: columns.valueLength[row]!,
        timestamp: columns.timestamp[row]!,
      })
    }
    columns.count = 0
  }
  for (let wanted = reading.wanted; wanted !== null; wanted = reading.wanted) {
    const from = batchAt(log.bytes, wanted.from)
    const first = log.bytes.readInt32BE(from + 8) + 12
    const end = Math.min(log.bytes.length, from + Math.max(first, partBytes))
    // A broker lists the transactions that end in what was asked for, or after it.
    const aborted = log.aborted.filter((transaction) => transaction.marker >= wanted!.from)
    const records = { partition: 0, bytes: log.bytes, from, end, aborted }
    const after = offsetAfter(records)!
    reading.fetchedTo(after)
    for (const _ of handOut({ reading, records, after }, columns, decompressors)) collect()
    collect()
  }
  return rows
}

function batchAt(bytes: Buffer, offset: number): number {
  for (let at = 0; ; at += bytes.readInt32BE(at + 8) + 12) {
    const last = Number(bytes.readBigInt64BE(at)) + bytes.readInt32BE(at + 23)
    if (last >= offset) return at
  }
}

describe('reading record batches', () => {
  it('gives exactly the committed messages of the wanted offsets, however responses are cut', () => {
    fc.assert(
      fc.property(
        fc.array(batch, { minLength: 1, maxLength: 12 }),
        fc.nat(2000),
        fc.nat(100),
        fc.nat(100),
        (batches, partBytes, a, b) => {
          const log = logOf(batches)
          const from = Math.min(a, b, log.end)
          const stop = Math.min(Math.max(a, b), log.end)
          const quota = Number.POSITIVE_INFINITY
          const reading = new PartitionReading(0, [{ from, stop, quota }])
          const expected = log.kept.filter(({ offset }) => offset >= from && offset < stop)
          expect(readInParts(log, reading, partBytes)).toEqual(expected)
          expect(reading.messages).toBe(expected.length)
          expect(reading.skipped).toBe(stop - from - expected.length)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('gives the first messages of each stretch until its count is met', () => {
    fc.assert(
      fc.property(
        fc.array(batch, { minLength: 2, maxLength: 12 }),
        fc.nat(2000),
        fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 9 })), {
          minLength: 1,
          maxLength: 5,
        }),
        (batches, partBytes, places) => {
          const log = logOf(batches)
          const starts = new Map(places.map(([from, quota]) => [Math.min(from, log.end), quota]))
          const sorted = [...starts].sort(([x], [y]) => x - y)
          const stretches = sorted.map(([from, quota], i) => {
            return { from, stop: sorted[i + 1]?.[0] ?? log.end, quota }
          })
          const expected = stretches.flatMap(({ from, stop, quota }) =>
            log.kept.filter(({ offset }) => offset >= from && offset < stop).slice(0, quota),
          )
          const reading = new PartitionReading(0, stretches)
          expect(readInParts(log, reading, partBytes)).toEqual(expected)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('either reads damaged bytes or refuses them, and never hangs or reads elsewhere', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 4 }), damage, (batches, changes) => {
        const { bytes, aborted } = logOf(batches)
        for (const [place, change] of changes) bytes[place % bytes.length]! ^= change
        const records = { partition: 0, bytes, from: 0, end: bytes.length, aborted }
        const columns = new RecordColumns('t', 'keys')
        const stop = 1e6
        const reading = new PartitionReading(0, [{ from: 0, stop, quota: stop }])
        try {
          for (const _ of handOut(
            { reading, records, after: stop },
            columns,
            new Decompressors(),
          )) {
            for (let row = 0; row < columns.count; row++) {
              const end = columns.keyStart[row]! + Math.max(0, columns.keyLength[row]!)
              expect(end).toBeLessThanOrEqual(columns.bytes.length)
            }
            columns.count = 0
          }
        } catch (error) {
          if (!(error instanceof BrokerError)) throw error
        }
      }),
      { numRuns: 300 },
    )
  })
})
