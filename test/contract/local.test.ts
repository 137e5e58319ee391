import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalCluster } from '../../src/adapters/local/local-cluster.ts'
import { LocalMessageSource } from '../../src/adapters/local/local-message-source.ts'
import { clusterStoreContract } from './cluster-store.contract.ts'
import { messageSourceContract } from './message-source.contract.ts'

function newCluster() {
  const directory = mkdtempSync(join(tmpdir(), 'pstool-local-'))
  const path = join(directory, 'cluster.db')
  const cluster = LocalCluster.openOrCreate(path)
  const close = async () => {
    cluster.close()
    rmSync(directory, { recursive: true })
  }
  return { path, cluster, close }
}

messageSourceContract(
  'local',
  async (messages, { partitions }) => {
    const { path, cluster, close } = newCluster()
    await cluster.createTopic('events', partitions)
    await cluster.append('events', messages)
    const source = LocalMessageSource.open({ path, topic: 'events' })
    return {
      source,
      append: async (more) => void (await cluster.append('events', more)),
      close,
    }
  },
  { ranges: true, growth: true, seeks: true, available: true },
)

clusterStoreContract('local', async () => {
  const { cluster, close } = newCluster()
  return { cluster, close }
})
