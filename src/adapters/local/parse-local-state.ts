import type { CommittedOffset } from '../../domain/model/cluster.ts'
import { nearNames } from '../../domain/routing/near-names.ts'
import { JsonField } from './json-field.ts'
import {
  byName,
  type LocalGroup,
  type LocalLog,
  type LocalState,
  type LocalTopic,
  type PlacedMessage,
} from './local-state.ts'
import { type ParsedMessage, parseMessage } from './parse-message.ts'
import { Placement } from './placement.ts'
import { partitionCountProblem, topicNameProblem } from './topic-names.ts'

/**
 * Reads a `local-state` document, also one written by hand: kind, version, offsets of messages and
 * partitions of messages may be left out, and offsets may be numbers.
 * @throws InputError that names the path of what is wrong
 */
export function parseLocalState(document: unknown): LocalState {
  const root = new JsonField(document, '')
  const { kind, version, topics, groups } = root.members([
    'kind',
    'version',
    'generatedBy',
    'topics',
    'groups',
  ])
  if (kind !== undefined && kind.value !== 'local-state') {
    throw kind.wrong(`must be "local-state", not ${JSON.stringify(kind.value)}`)
  }
  if (version !== undefined && version.value !== 1) {
    throw version.wrong('must be 1', ['A newer version needs a newer pstool.'])
  }
  const parsed = (topics?.entries() ?? []).map(([name, field]) => parseTopic(name, field))
  return {
    topics: parsed.sort(byName),
    groups: (groups?.entries() ?? [])
      .map(([name, field]) => parseGroup(name, field, parsed))
      .filter(({ offsets }) => offsets.length > 0)
      .sort(byName),
  }
}

function parseTopic(name: string, field: JsonField): LocalTopic {
  const problem = topicNameProblem(name)
  if (problem !== null) throw field.wrong(problem)
  const { partitions, messages, ranges } = field.members(['partitions', 'messages', 'ranges'])
  if (partitions === undefined) throw field.wrong('needs "partitions", the number of them')
  const count = partitions.integer(1)
  const countProblem = partitionCountProblem(count)
  if (countProblem !== null) throw partitions.wrong(countProblem)
  const given = new Map(
    (ranges?.entries() ?? []).map(([partition, range]) => [
      parsePartition(partition, range, name, count),
      range,
    ]),
  )
  const placed = placedMessages(messages, count)
  const logs = Array.from({ length: count }, (_, partition) =>
    parseLog(given.get(partition), placed.get(partition) ?? []),
  )
  return { name, logs }
}

function placedMessages(
  messages: JsonField | undefined,
  count: number,
): Map<number, ParsedMessage[]> {
  const placement = new Placement(count)
  return Map.groupBy((messages?.items() ?? []).map(parseMessage), (message) => {
    const partition = message.partition ?? placement.partitionOf(message.key)
    if (partition < count) return partition
    throw message.field.wrong(`there is no partition ${partition}`, [lastPartition(count)])
  })
}

function parseLog(range: JsonField | undefined, messages: readonly ParsedMessage[]): LocalLog {
  const { start, end } = range?.members(['start', 'end']) ?? {}
  const logStart = start?.offset() ?? 0n
  let next = logStart
  const placed = messages.map(({ givenOffset, field, partition: _, ...message }): PlacedMessage => {
    const offset = givenOffset ?? next
    if (offset < next) {
      const reason = `offset ${offset} comes where ${next} or more is due`
      throw field.wrong(reason, [
        'Within a partition offsets rise, from the start of its range on.',
      ])
    }
    next = offset + 1n
    return { ...message, offset }
  })
  const logEnd = end?.offset() ?? next
  if (logEnd < next) throw end!.wrong(`must be at least ${next}, after what the log holds`)
  return { start: logStart, end: logEnd, messages: placed }
}

function parseGroup(name: string, field: JsonField, topics: readonly LocalTopic[]): LocalGroup {
  if (name === '') throw field.wrong('a consumer group needs a name')
  const offsets = field.entries().flatMap(([topicName, partitions]) => {
    const topic = topics.find((candidate) => candidate.name === topicName)
    if (topic === undefined) throw unknownTopic(partitions, topicName, topics)
    return partitions.entries().flatMap(([partition, offset]) => {
      const number = parsePartition(partition, offset, topicName, topic.logs.length)
      return parseCommit(topicName, number, offset)
    })
  })
  offsets.sort((a, b) => byName({ name: a.topic }, { name: b.topic }) || a.partition - b.partition)
  return { name, offsets }
}

/** null is no commit at all, as leaving the partition out. */
function parseCommit(topic: string, partition: number, field: JsonField): CommittedOffset[] {
  if (field.value === null) return []
  if (!field.isObject) {
    return [{ topic, partition, offset: field.offset(), metadata: '', leaderEpoch: null }]
  }
  const { offset, metadata, leaderEpoch } = field.members(['offset', 'metadata', 'leaderEpoch'])
  if (offset === undefined) throw field.wrong('needs an offset')
  return [
    {
      topic,
      partition,
      offset: offset.offset(),
      metadata: metadata === undefined || metadata.value === null ? '' : metadata.text(),
      leaderEpoch:
        leaderEpoch === undefined || leaderEpoch.value === null ? null : leaderEpoch.integer(0),
    },
  ]
}

function parsePartition(name: string, field: JsonField, topic: string, count: number): number {
  const partition = /^(0|[1-9]\d*)$/.test(name) ? Number(name) : Number.NaN
  if (partition < count) return partition
  throw field.wrong(`topic ${topic} has no partition ${name}`, [lastPartition(count)])
}

function lastPartition(count: number): string {
  return count === 1 ? 'It has partition 0 alone.' : `Its partitions are 0 to ${count - 1}.`
}

function unknownTopic(field: JsonField, name: string, topics: readonly LocalTopic[]) {
  const known = topics.map((topic) => topic.name)
  const near = nearNames(name, known)
  return field.wrong(`there is no topic ${name}`, [
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Add it to "topics".',
  ])
}
