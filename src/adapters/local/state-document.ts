import type { CommittedOffset } from '../../domain/model/cluster.ts'
import { textOf } from '../../domain/model/key-text.ts'
import type {
  LocalGroupDocument,
  LocalMessageDocument,
  LocalOffsetDocument,
  LocalRangeDocument,
  LocalStateDocument,
  LocalTopicDocument,
} from '../../domain/model/local-state.ts'
import type { LocalLog, LocalState, LocalTopic, PlacedMessage } from './local-state.ts'

/** The canonical document of a state: what can be left out is, and everything is in order. */
export function stateDocument(state: LocalState, generatedBy: string): LocalStateDocument {
  return {
    kind: 'local-state',
    version: 1,
    generatedBy,
    topics: Object.fromEntries(state.topics.map((topic) => [topic.name, topicDocument(topic)])),
    groups: Object.fromEntries(
      state.groups.map(({ name, offsets }) => [name, groupDocument(offsets)]),
    ),
  }
}

function topicDocument({ logs }: LocalTopic): LocalTopicDocument {
  const messages = logs.flatMap(logMessages)
  const ranges = logs.flatMap(rangeEntry)
  return {
    partitions: logs.length,
    ...(ranges.length > 0 ? { ranges: Object.fromEntries(ranges) } : {}),
    ...(messages.length > 0 ? { messages } : {}),
  }
}

/** Only where the messages do not say it themselves. */
function rangeEntry(log: LocalLog, partition: number): [string, LocalRangeDocument][] {
  const impliedEnd = (log.messages.at(-1)?.offset ?? -1n) + 1n
  if (log.start === 0n && log.end === impliedEnd) return []
  return [[String(partition), { start: String(log.start), end: String(log.end) }]]
}

function logMessages({ start, messages }: LocalLog, partition: number): LocalMessageDocument[] {
  return messages.map((message, index) => {
    const previous = messages[index - 1]?.offset
    const due = previous === undefined ? start : previous + 1n
    return messageDocument(message, partition, message.offset === due)
  })
}

function messageDocument(
  { offset, key, value, headers, timestamp }: PlacedMessage,
  partition: number,
  isDue: boolean,
): LocalMessageDocument {
  return {
    partition,
    ...(isDue ? {} : { offset: String(offset) }),
    ...bytesFields('key', key),
    ...bytesFields('value', value),
    ...(headers === undefined || headers.length === 0
      ? {}
      : {
          headers: headers.map((header) => ({
            name: header.name,
            ...bytesFields('value', header.value),
          })),
        }),
    ...(timestamp === undefined || timestamp === null ? {} : { timestamp }),
  }
}

function bytesFields<Name extends 'key' | 'value'>(
  name: Name,
  bytes: Uint8Array | null,
): { [Key in Name | `${Name}Base64`]?: string } {
  if (bytes === null) return {}
  const text = textOf(bytes)
  const field =
    text === null ? [`${name}Base64`, Buffer.from(bytes).toString('base64')] : [name, text]
  return Object.fromEntries([field])
}

function groupDocument(offsets: readonly CommittedOffset[]): LocalGroupDocument {
  const topics = Map.groupBy(offsets, ({ topic }) => topic)
  return Object.fromEntries(
    [...topics].map(([topic, committed]) => [
      topic,
      Object.fromEntries(
        committed.map((offset) => [String(offset.partition), offsetDocument(offset)]),
      ),
    ]),
  )
}

function offsetDocument({ offset, metadata, leaderEpoch }: CommittedOffset): LocalOffsetDocument {
  if (metadata === '' && leaderEpoch === null) return String(offset)
  return {
    offset: String(offset),
    ...(metadata === '' ? {} : { metadata }),
    ...(leaderEpoch === null ? {} : { leaderEpoch }),
  }
}
