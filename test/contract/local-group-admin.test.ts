import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalCluster } from '../../src/adapters/local/local-cluster.ts'
import { LocalGroupAdmin } from '../../src/adapters/local/local-group-admin.ts'
import { groupAdminContract } from './group-admin.contract.ts'

groupAdminContract(
  'local',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'pstool-groups-'))
    const path = join(directory, 'cluster.db')
    const cluster = LocalCluster.openOrCreate(path)
    let names = 0
    return {
      admin: LocalGroupAdmin.open(path),
      makeTopic: async (partitions) => (await cluster.createTopic(`t${names++}`, partitions)).name,
      append: async (topic, partition, messages) => {
        const message = { partition, key: null, value: null }
        await cluster.append(
          topic,
          Array.from({ length: messages }, () => message),
        )
      },
      remakeTopic: async (topic, partitions) => {
        await cluster.deleteTopic(topic)
        await cluster.createTopic(topic, partitions)
      },
      groupName: () => `g${names++}`,
      join: async (group) => {
        await cluster.joinGroup(group, { memberId: 'm', clientId: 'c', leaseMs: 600_000 })
        return () => cluster.leaveGroup(group, 'm')
      },
      close: async () => {
        cluster.close()
        rmSync(directory, { recursive: true })
      },
    }
  },
  { transactions: false },
)
