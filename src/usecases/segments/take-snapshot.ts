import { type OffsetSnapshot, SnapshotIndex } from '../../domain/offsets/snapshot.ts'
import type { GroupAdmin } from '../../ports/group-admin.ts'

/** What to look at. */
export interface Sight {
  readonly groups: readonly string[]
  /** Of these topics alone; null: of every topic that one of the groups has offsets for. */
  readonly topics: readonly string[] | null
  /** Topics to look at beside those, though no group has offsets for them. */
  readonly named?: readonly string[]
  /** Picks further groups out of the names of all that there are. */
  readonly beside?: (names: readonly string[]) => readonly string[]
}

/**
 * The groups with their offsets, and the topics with their logs. States come first, offsets after
 * them: a group that was idle and commits between the two is seen to have moved.
 * @throws BrokerError
 */
export async function takeSnapshot(
  admin: GroupAdmin,
  { groups: asked, topics, named = [], beside }: Sight,
): Promise<SnapshotIndex> {
  const others = beside === undefined ? [] : beside(await groupNames(admin))
  const groups = [...new Set([...asked, ...others])]
  const statuses = await admin.describeGroups(groups)
  const committed = await admin.fetchOffsets(groups, topics)
  const found = committed.flatMap(({ offsets, pending }) => [...offsets, ...pending])
  const wanted = new Set([...(topics ?? found.map(({ topic }) => topic)), ...named])
  const described = await admin.describeTopics([...wanted].sort())
  const snapshot: OffsetSnapshot = {
    clusterId: described.clusterId,
    topics: described.topics,
    deniedTopics: described.denied,
    unwritableTopics: described.unwritable,
    groups: statuses.map((status, i) => ({ status, committed: committed[i]! })),
  }
  return new SnapshotIndex(snapshot)
}

async function groupNames(admin: GroupAdmin): Promise<string[]> {
  return (await admin.listGroups()).map(({ group }) => group)
}
