import {
  openKafkaGroupAdmin,
  parseKafkaClusterUri,
} from '../../../src/adapters/kafka/groups/kafka-group-admin.ts'
import type { CommittedOffset } from '../../../src/domain/model/cluster.ts'
import type { GroupAdmin } from '../../../src/ports/group-admin.ts'
import { OWN_GROUP } from './topics.ts'

/** The groups of the tests' broker; `query` and `env` log in. */
export function openGroups(
  brokers: string,
  query = '',
  env: Record<string, string> = {},
): GroupAdmin {
  return openKafkaGroupAdmin(parseKafkaClusterUri(`kafka://${brokers}${query}`, env))
}

/** Waits until the coordinators have loaded: all of them, with as many names as these. */
export async function coordinatorsReady(admin: GroupAdmin): Promise<void> {
  const names = Array.from({ length: 50 }, (_, i) => `${OWN_GROUP}-${i}`)
  await admin.fetchOffsets(names, [])
}

/** An offset to commit, with nothing beside it unless said. */
export function committed(
  topic: string,
  partition: number,
  offset: bigint | number,
  extra: Partial<CommittedOffset> = {},
): CommittedOffset {
  return { topic, partition, offset: BigInt(offset), metadata: '', leaderEpoch: null, ...extra }
}
