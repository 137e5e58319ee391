import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'

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

/** Makes a topic with a name of its own and waits until each partition has a leader. */
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
  await withAdmin(brokers, async (admin) => {
    await admin.createTopics({ topics: [topic], ...placement, configs })
    const wanted = replicas?.length ?? partitions
    for (;;) {
      const led = await leaders(admin, topic).catch(() => [])
      if (led.length === wanted) return
      await sleep(50)
    }
  })
  return topic
}

/** Node id of each partition's leader, in order. @throws when a partition has none */
export async function leadersOf(brokers: string, topic: string): Promise<number[]> {
  return await withAdmin(brokers, (admin) => leaders(admin, topic))
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

/** Deletes topics that a test is done with. */
export async function deleteTopics(brokers: string, ...topics: string[]): Promise<void> {
  await withAdmin(brokers, (admin) => admin.deleteTopics({ topics }))
}

/** Groups of every kind that the broker knows, whatever their state: reading must add none. */
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

async function withAdmin<T>(brokers: string, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: 'pstool-test', bootstrapBrokers: brokers.split(',') })
  try {
    return await use(admin)
  } finally {
    await admin.close()
  }
}
