import { gzipSync, zstdCompressSync } from 'node:zlib'
import { compressionsAlgorithms, crc32c } from '@platformatic/kafka'
import type { Header } from '../../src/domain/model/message.ts'

/** A record to put into a batch, by its distance from the batch's first one. */
export interface RecordSpec {
  readonly delta?: number
  readonly timestampDelta?: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly Header[]
}

export interface BatchSpec {
  readonly records: readonly RecordSpec[]
  readonly baseOffset?: number
  readonly lastOffsetDelta?: number
  readonly baseTimestamp?: number
  /** Given: the log's append time, which stands for every record's own. */
  readonly appendTime?: number
  readonly producerId?: number
  readonly transactional?: boolean
  readonly control?: boolean
  readonly codec?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
}

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** A record batch of version 2, byte for byte as Kafka keeps it, written without product code. */
export function recordBatch(spec: BatchSpec): Buffer {
  const { records, codec = 'none', baseOffset = 0, baseTimestamp = 0, producerId = -1 } = spec
  const deltas = records.map(({ delta }, i) => delta ?? i)
  const body = compress(
    codec,
    Buffer.concat(records.map((record, i) => bytesOf(record, deltas[i]!))),
  )
  const attributes =
    CODECS.indexOf(codec) |
    (spec.appendTime === undefined ? 0 : 8) |
    (spec.transactional ? 16 : 0) |
    (spec.control ? 32 : 0)
  const maxTimestamp =
    spec.appendTime ??
    baseTimestamp + Math.max(0, ...records.map(({ timestampDelta = 0 }) => timestampDelta))
  const checked = Buffer.concat([
    int16(attributes),
    int32(spec.lastOffsetDelta ?? Math.max(0, ...deltas)),
    int64(baseTimestamp),
    int64(maxTimestamp),
    int64(producerId),
    int16(producerId < 0 ? -1 : 0),
    int32(producerId < 0 ? -1 : 0),
    int32(records.length),
    body,
  ])
  const tail = Buffer.concat([int32(-1), Buffer.of(2), int32(crc32c(checked) | 0), checked])
  return Buffer.concat([int64(baseOffset), int32(tail.length), tail])
}

/** The batch that ends a producer's transaction. */
export function marker(baseOffset: number, producerId: number, end: 'commit' | 'abort'): Buffer {
  const key = Buffer.of(0, 0, 0, end === 'commit' ? 1 : 0)
  const value = Buffer.from([0, 0, 0, 0, 0, 0])
  const records = [{ key, value }]
  return recordBatch({ baseOffset, producerId, records, transactional: true, control: true })
}

function bytesOf(record: RecordSpec, delta: number): Buffer {
  const { key, value, headers = [], timestampDelta = 0 } = record
  const body = Buffer.concat([
    Buffer.of(0),
    zigzag(timestampDelta),
    zigzag(delta),
    blob(key),
    blob(value),
    zigzag(headers.length),
    ...headers.flatMap((header) => [blob(Buffer.from(header.name)), blob(header.value)]),
  ])
  return Buffer.concat([zigzag(body.length), body])
}

function compress(codec: BatchSpec['codec'] & {}, plain: Buffer): Buffer {
  if (codec === 'none') return plain
  if (codec === 'gzip') return gzipSync(plain)
  if (codec === 'zstd') return zstdCompressSync(plain)
  return compressionsAlgorithms[codec].compressSync(plain) as Buffer
}

function blob(bytes: Uint8Array | null): Buffer {
  return bytes === null ? zigzag(-1) : Buffer.concat([zigzag(bytes.length), bytes])
}

/** Kafka's varint, by arithmetic on big integers: the same for 32 and 64 bits. */
export function zigzag(value: number): Buffer {
  const wide = BigInt(value)
  let rest = wide < 0n ? -wide * 2n - 1n : wide * 2n
  const bytes: number[] = []
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}
