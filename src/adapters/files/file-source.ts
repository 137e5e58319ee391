import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import type { MessageBatch } from '../../domain/model/message-batch.ts'
import type { ReadReport, Selection, SourceDescription } from '../../domain/model/selection.ts'
import { InputError } from '../../errors.ts'
import type { MessageSource } from '../../ports/message-source.ts'
import { BadRecords, type OnBadRecord } from './bad-records.ts'
import { assertReadable, fileChunks, streamChunks } from './byte-chunks.ts'
import { ByteWindow, MAX_RECORD_BYTES } from './byte-window.ts'
import { decompressed } from './decompress.ts'
import { detectFormat, type FileFormat } from './detect-format.ts'
import { openDecoder } from './open-decoder.ts'
import { selectsNothing } from './record-gate.ts'
import { sampled } from './sampling.ts'
import { BATCH_ROWS, WindowBatch } from './window-batch.ts'

/** Which file to read, and how. */
export interface FileSourceOptions {
  /** A path, or `-` for standard input. */
  readonly path: string
  /** What `-` reads; the process's own standard input unless given. */
  readonly stdin?: Readable
  /** `auto`, unless given: told by the first line that is not empty. */
  readonly format?: FileFormat | 'auto'
  readonly onBadRecord: OnBadRecord
  /** Names of other sources: one of them was perhaps meant where there is no such file. */
  readonly otherNames?: readonly string[]
  /** The source as documents name it. */
  readonly uri: string
}

/**
 * Messages from a file or standard input: NDJSON, `kcat -J` output, CSV, plain keys, each also as
 * gzip or zstd. The order of the file is taken for the log's order. Where the records name several
 * topics, each batch holds one of them.
 *
 * Files that were not made for this tool are read as well: a first NDJSON line, or a CSV header,
 * without any of key, keyBase64, value, valueBase64 (kcat: key, payload) means that none of the
 * fields is ours. Every record is then a message without a key, whose value is the whole line, or
 * the row as a JSON object of its cells (text each; null for a bare empty one). A CSV with a key
 * and no value has that object as the value too. Where only keys are wanted, records that can have
 * none are an InputError, input.no-keys, which names the partitioner to use.
 *
 * A file is read from its start whatever the selection: `tail` keeps the last `limit` records of
 * the whole file, `spread` is described at `spread` in sampling.ts. What the selection asks of a
 * record (partition, offset, timestamp) the record must say, else it is a bad record.
 */
export function openFileSource(options: FileSourceOptions): MessageSource {
  return new FileSource(options)
}

class FileSource implements MessageSource {
  private readonly options: FileSourceOptions
  private readonly name: string
  private bad: BadRecords
  private available: number | null = null
  private stdinUsed = false
  /** What the last read has open, should it have been abandoned. */
  private window: ByteWindow | null = null

  constructor(options: FileSourceOptions) {
    this.options = options
    this.name = options.path === '-' ? 'stdin' : options.path
    this.bad = new BadRecords(this.name, options.onBadRecord)
  }

  async describe(): Promise<SourceDescription> {
    if (this.options.path !== '-') await assertReadable(this.options.path, this.options.otherNames)
    return { kind: 'file', uri: this.options.uri, topic: this.topic(), partitions: [] }
  }

  async *read(selection: Selection, signal?: AbortSignal): AsyncGenerator<MessageBatch> {
    this.bad = new BadRecords(this.name, this.options.onBadRecord)
    this.available = null
    if (signal?.aborted === true) return
    if (selectsNothing(selection)) {
      await this.describe()
      this.available = selection.limit === null || selection.limit > 0 ? 0 : null
      return
    }
    yield* sampled(this.batches(selection, signal), selection)
  }

  report(): ReadReport {
    return {
      badRecords: this.bad.count,
      badRecordSamples: [...this.bad.samples],
      skippedOffsets: 0,
      available: this.available,
    }
  }

  async close(): Promise<void> {
    await this.window?.close()
  }

  private async *batches(
    selection: Selection,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<MessageBatch> {
    const input = this.open(signal)
    const window = new ByteWindow(decompressed(input.chunks, this.name))
    this.window = window
    try {
      yield* this.decoded(window, selection, signal)
    } catch (error) {
      // Cut off by the abort, an archive or a record may look broken.
      if (signal?.aborted !== true) throw error
    } finally {
      input.release()
      await window.close()
    }
  }

  private async *decoded(
    window: ByteWindow,
    selection: Selection,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<MessageBatch> {
    const format = await detectFormat(window, this.name, this.options.format ?? 'auto')
    const topic = this.topic()
    const decoder = openDecoder(format, selection, this.bad, this.name, topic)
    const batch = new WindowBatch(topic, selection.content === 'messages')
    const { sample } = selection
    const inFull = selection.limit === null || sample === 'tail' || sample === 'spread'
    let left = inFull ? Number.POSITIVE_INFINITY : selection.limit!
    let messages = 0
    while (signal?.aborted !== true) {
      batch.clear(window.bytes)
      decoder.decode(window, batch, Math.min(BATCH_ROWS, left))
      messages += batch.count
      left -= batch.count
      if (batch.count > 0) yield batch
      else if (window.ended) {
        this.available = messages
        return
      } else if (window.overfull) await this.passOverLong(window)
      else await window.fill()
      if (left === 0) return
    }
  }

  private async passOverLong(window: ByteWindow): Promise<void> {
    const reason = `the record is longer than ${MAX_RECORD_BYTES / 2 ** 20} MiB`
    this.bad.add(window.line, reason, window.bytes.subarray(window.start, window.end))
    await window.skipLine()
  }

  private open(signal: AbortSignal | undefined): {
    readonly chunks: AsyncIterable<Uint8Array>
    readonly release: () => void
  } {
    const done = new AbortController()
    const stop = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal])
    // A stage that still waits for input, as an archive's may, ends with the stream.
    const release = () => done.abort()
    if (this.options.path !== '-') return { chunks: fileChunks(this.options.path, stop), release }
    if (this.stdinUsed) {
      throw new InputError('input.stdin-twice', 'Standard input can be read only once', [
        'Write it to a file first, and read that',
      ])
    }
    this.stdinUsed = true
    const stdin = this.options.stdin ?? process.stdin
    return { chunks: streamChunks(stdin, this.name, stop), release }
  }

  /** What the file is called without its suffixes. */
  private topic(): string {
    if (this.options.path === '-') return 'stdin'
    const name = basename(this.options.path)
    return name.replace(/(?<=.)(?:\.(?:gz|zst|ndjson|jsonl|json|csv|txt|keys))+$/i, '')
  }
}
