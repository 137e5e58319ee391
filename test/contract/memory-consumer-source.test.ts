import { MemoryCluster } from '../../src/adapters/memory/memory-cluster.ts'
import { MemoryConsumerSource } from '../../src/adapters/memory/memory-consumer-source.ts'
import { MemoryGroupAdmin } from '../../src/adapters/memory/memory-group-admin.ts'
import { consumerSourceContract } from './consumer-source.contract.ts'

const empty = { start: 0n, end: 0n }
const logs = (partitions: number) => Array.from({ length: partitions }, () => empty)

consumerSourceContract('memory', async () => {
  const cluster = new MemoryCluster()
  let names = 0
  return {
    source: () => new MemoryConsumerSource(cluster),
    admin: new MemoryGroupAdmin(cluster),
    prefix: 't',
    makeTopic: async (partitions) => {
      const topic = `t${names++}`
      cluster.makeTopic(topic, logs(partitions))
      return topic
    },
    addPartitions: async (topic, total) => {
      cluster.addPartitions(topic, logs(total - cluster.topic(topic)!.partitions.length))
    },
    append: async (topic, messages) => {
      cluster.append(topic, messages)
    },
    deleteRecords: async (topic, partition, before) => {
      const { end } = cluster.topic(topic)!.partitions[partition]!
      cluster.setRange(topic, partition, { start: before, end })
    },
    groupName: () => `g${names++}`,
    expel: async (group) => {
      for (const member of cluster.group(group)!.members) cluster.expel(group, member)
    },
    close: async () => {},
  }
})
