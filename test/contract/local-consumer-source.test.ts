import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LocalCluster } from '../../src/adapters/local/local-cluster.ts'
import { LocalConsumerSource } from '../../src/adapters/local/local-consumer-source.ts'
import { LocalGroupAdmin } from '../../src/adapters/local/local-group-admin.ts'
import { consumerSourceContract } from './consumer-source.contract.ts'

consumerSourceContract('local', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pstool-consumers-'))
  const path = join(directory, 'cluster.db')
  const cluster = LocalCluster.openOrCreate(path)
  let names = 0
  return {
    // A lease that no slow disk outlasts.
    source: () => LocalConsumerSource.open(path, { leaseMs: 120_000, pollMs: 10 }),
    admin: LocalGroupAdmin.open(path),
    prefix: 't',
    makeTopic: async (partitions) => (await cluster.createTopic(`t${names++}`, partitions)).name,
    addPartitions: (topic, total) => cluster.addPartitions(topic, total),
    append: async (topic, messages) => {
      await cluster.append(topic, messages)
    },
    deleteRecords: (topic, partition, before) => cluster.deleteRecords(topic, partition, before),
    groupName: () => `g${names++}`,
    expel: async (group) => {
      const sql = new DatabaseSync(path)
      sql.prepare('DELETE FROM members WHERE group_name = ?').run(group)
      sql.close()
    },
    close: async () => {
      cluster.close()
      rmSync(directory, { recursive: true })
    },
  }
})
