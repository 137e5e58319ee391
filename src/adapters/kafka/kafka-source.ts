import type { MessageBatch } from '../../domain/model/message-batch.ts'
import type { ReadReport, Selection, SourceDescription } from '../../domain/model/selection.ts'
import type { MessageSource } from '../../ports/message-source.ts'
import { Cluster } from './cluster/cluster.ts'
import { Decompressors } from './codecs/decompressors.ts'
import { handOut } from './fetch/hand-out.ts'
import { PartitionReading } from './fetch/partition-reading.ts'
import { TopicFetch } from './fetch/topic-fetch.ts'
import type { KafkaSourceOptions } from './options.ts'
import { RecordColumns } from './records/record-columns.ts'
import {
  logRanges,
  plannedStretches,
  type SelectedRange,
  selectedRanges,
} from './selected-ranges.ts'

export { parseKafkaUri } from './uri.ts'

/** With the process's start, an answer within ten seconds. */
const TIMEOUT_MS = 9_000

/**
 * A topic of a Kafka cluster, read without a group, without commits, and as consumers of committed
 * messages see it. Connects at the first question; one source reads one selection at a time.
 */
export function openKafkaSource(options: KafkaSourceOptions): MessageSource {
  return new KafkaMessageSource(options)
}

class KafkaMessageSource implements MessageSource {
  private readonly options: KafkaSourceOptions
  private cluster: Cluster | null = null
  private readings: PartitionReading[] = []
  private available: number | null = null

  constructor(options: KafkaSourceOptions) {
    this.options = options
  }

  async describe(): Promise<SourceDescription> {
    const { uri, topic } = this.options
    const partitions = await logRanges(await this.prepared())
    return { kind: 'kafka', uri, topic, partitions }
  }

  async *read(selection: Selection, signal?: AbortSignal): AsyncGenerator<MessageBatch> {
    this.readings = []
    this.available = null
    if (signal?.aborted) return
    const cluster = await this.prepared()
    let ranges = await selectedRanges(cluster, selection)
    this.available = ranges.reduce((sum, { from, stop }) => sum + Math.max(0, stop - from), 0)
    const columns = new RecordColumns(cluster.topic, selection.content)
    let { limit } = selection
    for (;;) {
      const planned = plannedStretches(ranges, { ...selection, limit })
      const readings = [...planned].map(([partition, own]) => new PartitionReading(partition, own))
      this.readings.push(...readings)
      yield* handedOut(cluster, readings, columns, signal)
      if (limit === null || selection.sample === 'tail' || selection.sample === 'spread') return
      // Where gaps made a partition short of its share, the others have messages for it.
      limit -= readings.reduce((sum, { messages }) => sum + messages, 0)
      ranges = ranges.map((range) => restOf(range, readings))
      if (limit <= 0 || signal?.aborted || ranges.every(({ from, stop }) => from >= stop)) return
    }
  }

  report(): ReadReport {
    const skippedOffsets = this.readings.reduce((sum, { skipped }) => sum + skipped, 0)
    const available = this.available === null ? null : this.available - skippedOffsets
    return { badRecords: 0, badRecordSamples: [], skippedOffsets, available }
  }

  async close(): Promise<void> {
    this.cluster?.close()
    this.cluster = null
  }

  private async prepared(): Promise<Cluster> {
    this.cluster ??= await Cluster.prepare(this.options, this.options.timeoutMs ?? TIMEOUT_MS)
    return this.cluster
  }
}

async function* handedOut(
  cluster: Cluster,
  readings: readonly PartitionReading[],
  columns: RecordColumns,
  signal: AbortSignal | undefined,
): AsyncGenerator<MessageBatch> {
  const decompressors = new Decompressors()
  const fetch = new TopicFetch(cluster, readings)
  const stop = () => fetch.stop()
  signal?.addEventListener('abort', stop)
  try {
    for (;;) {
      const arrival = await fetch.next()
      if (arrival === null) return
      for (const part of arrival.parts) {
        for (const _ of handOut(part, columns, decompressors)) {
          if (signal?.aborted) return
          yield columns
          columns.count = 0
        }
      }
      if (signal?.aborted) return
      if (columns.count > 0) yield columns
      columns.count = 0
      arrival.release()
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    fetch.stop()
  }
}

function restOf(range: SelectedRange, readings: readonly PartitionReading[]): SelectedRange {
  const reading = readings.find(({ partition }) => partition === range.partition)
  return reading === undefined ? range : { ...range, from: Math.max(range.from, reading.reached) }
}
