import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { withAdmin } from '../support/kafka/client.ts'
import { coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { inState, joinGroup, openOffsetCommit } from '../support/kafka/group-members.ts'
import { produce } from '../support/kafka/produce.ts'
import { createTopic, deleteTopics, OWN_GROUP, uniqueName } from '../support/kafka/topics.ts'
import { type GroupCluster, groupAdminContract } from './group-admin.contract.ts'

const brokers = inject('kafkaBrokers')

for (const protocol of ['classic', 'consumer'] as const) {
  groupAdminContract(`kafka, members of the ${protocol} protocol`, () => made(protocol), {
    transactions: true,
  })
}

async function made(protocol: 'classic' | 'consumer'): Promise<GroupCluster> {
  const [admin, own] = [openGroups(brokers), openGroups(brokers)]
  await coordinatorsReady(own)
  const topics = new Set<string>()
  const groups = new Set<string>()
  return {
    admin,
    makeTopic: async (partitions) => {
      const topic = await createTopic(brokers, 'groups', { partitions })
      topics.add(topic)
      return topic
    },
    append: async (topic, partition, messages) => {
      const message = { key: null, value: 'v', partition }
      await produce(
        brokers,
        topic,
        Array.from({ length: messages }, () => message),
      )
    },
    remakeTopic: async (topic, partitions) => {
      await deleteTopics(brokers, topic)
      await forgotten(own, [...groups], topic)
      await recreate(topic, partitions)
    },
    groupName: () => {
      const group = uniqueName(OWN_GROUP)
      groups.add(group)
      return group
    },
    join: async (group, topic) => {
      const leave = await joinGroup(brokers, group, topic, protocol)
      await inState(own, group, 'stable')
      return leave
    },
    openCommit: (group, offsets) => openOffsetCommit(brokers, group, offsets),
    close: async () => {
      await deleteTopics(brokers, ...topics)
      await own.close()
    },
  }
}

/** The coordinator hears of a deleted topic a little later. */
async function forgotten(own: GroupAdmin, groups: string[], topic: string): Promise<void> {
  const remembered = async () => {
    const read = await own.fetchOffsets(groups, null)
    return read.some(({ offsets }) => offsets.some((offset) => offset.topic === topic))
  }
  while (await remembered()) await sleep(50)
}

async function recreate(topic: string, partitions: number): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    while ((await admin.listTopics()).includes(topic)) await sleep(50)
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
    const led = async () => {
      const found = (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)
      return found?.partitions.filter(({ leader }) => leader >= 0).length
    }
    while ((await led().catch(() => 0)) !== partitions) await sleep(50)
  })
}
