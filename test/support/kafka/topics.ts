import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from '@platformatic/kafka'
import { withAdmin } from './client.ts'
import { kafkajs } from './produce.ts'

export interface TopicOptions {
  readonly partitions?: number
  readonly config?: Readonly<Record<string, string>>
  /** Replicas per partition, the preferred leader first; instead of `partitions`. */
  readonly replicas?: readonly (readonly number[])[]
}

/**
 * Compacts as soon as the broker's cleaner comes by: a message written 100 ms after the others closes
 * their segment, and about a second later only the newest of each key is left of it.
 */
export const COMPACT_SOON = {
  'cleanup.policy': 'compact',
  'min.cleanable.dirty.ratio': '0.001',
  'segment.ms': '100',
  'delete.retention.ms': '0',
}

/** A name that no other test uses, telling which one it was. */
export function uniqueName(purpose: string): string {
  return `${purpose}-${randomUUID().slice(0, 8)}`
}

/** Makes a topic with a name of its own; every broker knows it, and its leaders answer for it. */
export async function createTopic(
  brokers: string,
  purpose: string,
  { partitions = 1, config = {}, replicas }: TopicOptions = {},
): Promise<string> {
  const topic = uniqueName(purpose)
  const placement =
    replicas === undefined
      ? { partitions, replicas: 1 }
      : {
          partitions: -1,
          replicas: -1,
          assignments: replicas.map((nodes, partition) => ({ partition, brokers: [...nodes] })),
        }
  const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
  await withAdmin(brokers, (admin) =>
    admin.createTopics({ topics: [topic], ...placement, configs }),
  )
  const wanted = replicas?.length ?? partitions
  await everyBroker(brokers, async (admin) => (await answeringFor(admin, topic)) === wanted)
  return topic
}

/** Node id of each partition's leader, in order. @throws when a partition has none */
export async function leadersOf(brokers: string, topic: string): Promise<number[]> {
  return await withAdmin(brokers, (admin) => leaders(admin, topic))
}

/** Makes a node the only replica of the topic's first partition, and so its leader. */
export async function moveLeader(brokers: string, topic: string, node: number): Promise<void> {
  const admin = kafkajs(brokers).admin()
  await admin.connect()
  const partitionAssignment = [{ partition: 0, replicas: [node] }]
  await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] })
  await admin.disconnect()
  while ((await leadersOf(brokers, topic))[0] !== node) await sleep(50)
}

/** Waits until every replica of every topic is in sync, as after a node came back. */
export async function caughtUp(brokers: string): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    const inSync = async () => {
      const topics = await admin.listTopics()
      const metadata = await admin.metadata({ topics, forceUpdate: true })
      return Array.from(metadata.topics.values())
        .flatMap(({ partitions }) => partitions)
        .every(({ isr, replicas }) => isr.length === replicas.length)
    }
    while (!(await inSync().catch(() => false))) await sleep(100)
  })
}

/** Deletes topics; no broker knows them any more. */
export async function deleteTopics(brokers: string, ...topics: string[]): Promise<void> {
  await withAdmin(brokers, (admin) => admin.deleteTopics({ topics }))
  await everyBroker(brokers, async (admin) => {
    const left = await admin.listTopics()
    return !topics.some((topic) => left.includes(topic))
  })
}

/** Starts the names of groups that tests make themselves, at any time and on the same broker. */
export const OWN_GROUP = 'own-group-of-tests'

/** Groups of every kind that no test made, whatever their state: reading must add none. */
export async function foreignGroups(brokers: string): Promise<string[]> {
  return (await groupsOf(brokers)).filter((name) => !name.startsWith(OWN_GROUP))
}

/** Groups of every kind that the broker knows, whatever their state. */
export async function groupsOf(brokers: string): Promise<string[]> {
  const types = ['classic', 'consumer', 'share', 'streams']
  return await withAdmin(brokers, async (admin) => {
    const groups = await admin.listGroups({ types })
    return [...groups.keys()].sort()
  })
}

/** Moves the log's start, as retention does: messages below the offset are gone. */
export async function deleteRecordsBelow(
  brokers: string,
  topic: string,
  partition: number,
  offset: bigint,
): Promise<void> {
  const partitions = [{ partition, offset }]
  await withAdmin(brokers, (admin) =>
    admin.deleteRecords({ topics: [{ name: topic, partitions }] }),
  )
}

async function leaders(admin: Admin, topic: string): Promise<number[]> {
  const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true })
  return (topics.get(topic)?.partitions ?? []).map(({ leader }) => leader)
}

/** Kafka's word for the end of a log. */
const LATEST = -1n

/** How many partitions of the topic have a leader that answers as one. */
async function answeringFor(admin: Admin, topic: string): Promise<number> {
  const partitions = (await leaders(admin, topic)).map((_, partition) => ({
    partitionIndex: partition,
    timestamp: LATEST,
  }))
  const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
  return listed?.partitions.length ?? 0
}

/** Waits until something is so in the eyes of each broker: they learn of changes one by one. */
async function everyBroker(
  brokers: string,
  isSo: (admin: Admin) => Promise<boolean>,
): Promise<void> {
  for (const broker of brokers.split(',')) {
    await withAdmin(broker, async (admin) => {
      while (!(await isSo(admin).catch(() => false))) await sleep(50)
    })
  }
}
