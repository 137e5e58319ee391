import type { OffsetPlanDocument } from '../../domain/offsets/plan.ts'
import {
  groupsOf,
  type MigrationRequest,
  planMigration,
} from '../../domain/offsets/plan-migration.ts'
import { planRestore } from '../../domain/offsets/plan-restore.ts'
import { type OffsetRow, planSet } from '../../domain/offsets/plan-set.ts'
import type { PlanContext } from '../../domain/offsets/plan-targets.ts'
import { surplusSegments } from '../../domain/offsets/segmented-group.ts'
import type { GroupAdmin } from '../../ports/group-admin.ts'
import { planWatched, type Watch } from './watch.ts'

/** What the user asks for; what the cluster has is found out here. */
export type MigrationWish = Omit<MigrationRequest, 'knownTopics'>
export type PlanWish = Omit<PlanContext, 'knownTopics'>

/** The plan of distribute, collapse, reset or rescale. @throws BrokerError */
export async function planMigrationRun(
  admin: GroupAdmin,
  wish: MigrationWish,
  watch: Watch,
): Promise<OffsetPlanDocument> {
  const named = wish.orders.flatMap(({ group }) => group.topics ?? [])
  const knownTopics = named.length === 0 ? [] : await admin.topicNames()
  const request = { ...wish, knownTopics }
  const beside = (names: readonly string[]) =>
    wish.orders.flatMap(({ group }) => surplusSegments(group, names))
  return await planWatched(
    admin,
    { groups: groupsOf(wish.orders), topics: null, named, beside },
    (index, moved) => planMigration(request, index, moved),
    watch,
  )
}

/** The plan that gives groups the offsets of a file. @throws BrokerError */
export async function planSetRun(
  admin: GroupAdmin,
  wish: PlanWish,
  rows: readonly OffsetRow[],
  watch: Watch,
): Promise<OffsetPlanDocument> {
  const groups = [...new Set(rows.map(({ group }) => group))]
  const topics = [...new Set(rows.map(({ topic }) => topic))]
  const context = { ...wish, knownTopics: await admin.topicNames() }
  return await planWatched(
    admin,
    { groups, topics },
    (index, moved) => planSet(context, rows, index, moved),
    watch,
  )
}

/** The plan that brings back what a journal's plan found. @throws BrokerError */
export async function planRestoreRun(
  admin: GroupAdmin,
  wish: PlanWish,
  applied: OffsetPlanDocument,
  watch: Watch,
): Promise<OffsetPlanDocument> {
  const groups = applied.groups.map(({ group }) => group)
  const topics = applied.topics.map(({ topic }) => topic)
  const context = { ...wish, knownTopics: await admin.topicNames() }
  return await planWatched(
    admin,
    { groups, topics },
    (index, moved) => planRestore(context, applied, index, moved),
    watch,
  )
}
