import { MemoryCluster } from '../../src/adapters/memory/memory-cluster.ts'
import { MemoryGroupAdmin } from '../../src/adapters/memory/memory-group-admin.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { FaultyGroupAdmin } from '../support/groups/faulty-group-admin.ts'
import { type GroupCluster, groupAdminContract } from './group-admin.contract.ts'

const empty = { start: 0n, end: 0n }
const logs = (partitions: number) => Array.from({ length: partitions }, () => empty)

function newCluster(adminOf: (cluster: MemoryCluster) => GroupAdmin): GroupCluster {
  const cluster = new MemoryCluster()
  let names = 0
  return {
    admin: adminOf(cluster),
    makeTopic: async (partitions) => {
      const topic = `t${names++}`
      cluster.makeTopic(topic, logs(partitions))
      return topic
    },
    append: async (topic, partition, messages) => {
      const { start, end } = cluster.topic(topic)!.partitions[partition]!
      cluster.setRange(topic, partition, { start, end: end + BigInt(messages) })
    },
    remakeTopic: async (topic, partitions) => cluster.makeTopic(topic, logs(partitions)),
    groupName: () => `g${names++}`,
    join: async (group) => {
      cluster.join(group, 'm')
      return async () => cluster.leave(group, 'm')
    },
    openCommit: async (group, offsets) => {
      const end = cluster.openTransaction(group, offsets)
      return async (how) => end(how)
    },
    close: async () => {},
  }
}

groupAdminContract('memory', async () => newCluster((cluster) => new MemoryGroupAdmin(cluster)), {
  transactions: true,
})

groupAdminContract(
  'memory without a fault',
  async () =>
    newCluster((cluster) => new FaultyGroupAdmin(new MemoryGroupAdmin(cluster), () => null)),
  { transactions: true },
)
