import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { BrokerError } from '../../../errors.ts'
import type { BatchHeader } from '../records/batch-header.ts'
import { Lz4Frames, type Plain } from './lz4-frame.ts'
import { snappy } from './snappy.ts'

const NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** Decompresses the records of batches. What it gave before is gone when it is used again. */
export class Decompressors {
  private lz4: Lz4Frames | null = null

  /** @throws BrokerError for broken data or a codec that Kafka does not have */
  decompress(batch: BatchHeader, bytes: Uint8Array): Plain {
    try {
      return this.plain(batch, bytes)
    } catch (error) {
      if (error instanceof BrokerError) throw error
      const codec = NAMES[batch.codec]
      throw new BrokerError(
        'broker.corrupt-batch',
        `the ${codec} batch at offset ${batch.baseOffset} is broken: ${(error as Error).message}`,
        ['Read around it with --from and --until.'],
        error,
      )
    }
  }

  private plain(batch: BatchHeader, bytes: Uint8Array): Plain {
    const { codec, from, end } = batch
    if (codec === 3) {
      this.lz4 ??= new Lz4Frames()
      return this.lz4.decompress(bytes, from, end)
    }
    const input = bytes.subarray(from, end)
    if (codec === 1) return whole(gunzipSync(input))
    if (codec === 2) return whole(snappy(input))
    if (codec === 4) return whole(zstdDecompressSync(input))
    throw new BrokerError(
      'broker.unknown-codec',
      `the batch at offset ${batch.baseOffset} is compressed with codec ${codec}`,
      ['This version of pstool knows gzip, snappy, lz4 and zstd.'],
    )
  }
}

function whole(bytes: Uint8Array): Plain {
  return { bytes, from: 0, end: bytes.length }
}
