import { ColumnBatch } from '../../domain/model/column-batch.ts'
import type { Message } from '../../domain/model/message.ts'
import type { MessageBatch } from '../../domain/model/message-batch.ts'
import type {
  PartitionRange,
  Position,
  ReadReport,
  Selection,
  SourceDescription,
} from '../../domain/model/selection.ts'
import { stretchesOf } from '../../domain/model/stretches.ts'
import type { MessageSource } from '../../ports/message-source.ts'

/** A message to keep in memory; its offset is its place in the partition. */
export type MemoryMessage = Omit<Message, 'topic' | 'offset'>

/** The report of a read that has met nothing yet. */
const NOTHING_READ: ReadReport = {
  badRecords: 0,
  badRecordSamples: [],
  skippedOffsets: 0,
  available: null,
}

/** A topic in memory: for embedding, and the plainest answer to what the port asks. */
export class MemoryMessageSource implements MessageSource {
  private readonly topic: string
  private readonly logs: Message[][]
  private lastReport = NOTHING_READ

  /** @throws RangeError for a message of a partition that the topic does not have */
  constructor(topic: string, partitions: number, messages: readonly MemoryMessage[] = []) {
    this.topic = topic
    this.logs = Array.from({ length: partitions }, () => [])
    this.append(messages)
  }

  /** Appends in the order given. */
  append(messages: readonly MemoryMessage[]): void {
    for (const message of messages) {
      const log = this.logs[message.partition]
      if (log === undefined) throw new RangeError(`no partition ${message.partition}`)
      log.push({ ...message, topic: this.topic, offset: BigInt(log.length) })
    }
  }

  async describe(): Promise<SourceDescription> {
    const uri = `memory:${this.topic}`
    return { kind: 'memory', uri, topic: this.topic, partitions: this.ranges() }
  }

  async *read(selection: Selection, signal?: AbortSignal): AsyncGenerator<MessageBatch> {
    const logs = this.logs
      .map((log, partition) => ({ partition, messages: selected(log, selection) }))
      .filter(({ partition }) => selection.partitions?.includes(partition) ?? true)
    const sizes = logs.map(({ partition, messages }) => ({ partition, size: messages.length }))
    const available = sizes.reduce((sum, { size }) => sum + size, 0)
    this.lastReport = { ...NOTHING_READ, available }
    const { limit, sample, seed } = selection
    const stretches = stretchesOf(sizes, limit, sample, seed)
    const batch = new ColumnBatch(this.topic)
    for (const { partition, from, to } of stretches) {
      const log = logs.find((candidate) => candidate.partition === partition)!.messages
      for (let start = from; start < to; start += batch.capacity) {
        if (signal?.aborted) return
        batch.clear()
        const end = Math.min(to, start + batch.capacity)
        for (let place = start; place < end; place++) batch.addMessage(log[place]!)
        yield batch
      }
    }
  }

  report(): ReadReport {
    return this.lastReport
  }

  async close(): Promise<void> {}

  private ranges(): PartitionRange[] {
    return this.logs.map((log, partition) => ({ partition, start: 0n, end: BigInt(log.length) }))
  }
}

function selected(log: readonly Message[], { from, until }: Selection): Message[] {
  return log.slice(placeOf(from, log), placeOf(until, log))
}

/** As on Kafka: a time is the place of the first message, in log order, that is not before it. */
function placeOf(position: Position, log: readonly Message[]): number {
  switch (position.at) {
    case 'earliest':
      return 0
    case 'latest':
      return log.length
    case 'offset':
      return Math.min(Number(position.offset), log.length)
    case 'timestamp': {
      const isReached = ({ timestamp }: Message) =>
        timestamp !== null && timestamp >= position.timestampMs
      const place = log.findIndex(isReached)
      return place === -1 ? log.length : place
    }
  }
}
