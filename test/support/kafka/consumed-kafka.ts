import { setTimeout as sleep } from 'node:timers/promises'
import type { ConsumerSource } from '../../../src/ports/consumer-source.ts'
import type { ConsumedCluster } from '../../contract/consumer-source.contract.ts'
import { withAdmin } from './client.ts'
import { coordinatorsReady, openGroups } from './group-admin.ts'
import { removeMembers } from './group-members.ts'
import { kafkajs, produce } from './produce.ts'
import { createTopic, deleteRecordsBelow, deleteTopics, OWN_GROUP, uniqueName } from './topics.ts'

/** The tests' broker, for the contract of consumer sources. */
export async function consumedKafka(
  brokers: string,
  source: () => ConsumerSource,
): Promise<ConsumedCluster> {
  const admin = openGroups(brokers)
  await coordinatorsReady(admin)
  const prefix = uniqueName('consumed')
  const topics = new Set<string>()
  return {
    source,
    admin,
    prefix,
    makeTopic: async (partitions) => {
      const topic = await createTopic(brokers, prefix, { partitions })
      topics.add(topic)
      return topic
    },
    addPartitions: async (topic, total) => {
      const growing = kafkajs(brokers).admin()
      await growing.connect()
      await growing.createPartitions({ topicPartitions: [{ topic, count: total }] })
      await growing.disconnect()
      await withAdmin(brokers, async (client) => {
        const known = async () => {
          const { topics: found } = await client.metadata({ topics: [topic], forceUpdate: true })
          return found.get(topic)?.partitions.filter(({ leader }) => leader >= 0).length
        }
        while ((await known()) !== total) await sleep(50)
      })
    },
    append: async (topic, messages) => {
      await produce(
        brokers,
        topic,
        messages.map(({ headers = [], timestamp, partition, key, value }) => ({
          key,
          value,
          ...(partition === undefined ? {} : { partition }),
          ...(timestamp == null ? {} : { timestamp }),
          headers: Object.fromEntries(
            headers.map((header) => [header.name, Buffer.from(header.value!).toString()]),
          ),
        })),
      )
    },
    deleteRecords: (topic, partition, before) =>
      deleteRecordsBelow(brokers, topic, partition, before),
    groupName: () => uniqueName(OWN_GROUP),
    expel: (group) => removeMembers(brokers, group),
    close: () => deleteTopics(brokers, ...topics),
  }
}
