import { describe, expect, it } from 'vitest'
import type { OffsetPlanDocument } from '../../../../src/domain/offsets/plan.ts'
import {
  type MigrationOperation,
  type MigrationRequest,
  planMigration,
} from '../../../../src/domain/offsets/plan-migration.ts'
import { segmentedGroup, withSegments } from '../../../../src/domain/offsets/segmented-group.ts'
import {
  type GroupSnapshot,
  type OffsetSnapshot,
  SnapshotIndex,
} from '../../../../src/domain/offsets/snapshot.ts'
import { aSnapshot, type Offsets } from '../../../support/offsets/snapshots.ts'

interface Asked extends Partial<MigrationRequest> {
  readonly count?: number
  readonly to?: number
}

function planned(
  operation: MigrationOperation,
  snapshot: OffsetSnapshot,
  asked: Asked = {},
): OffsetPlanDocument {
  const { count = 2, to = count, ...changes } = asked
  const group = segmentedGroup('g', count)
  const request: MigrationRequest = {
    operation,
    orders: [{ group, to: withSegments(group, to), strategy: null }],
    ...{ force: false, onRange: 'fail', knownTopics: [] },
    ...{ generatedBy: 'pstool test', clusterUri: 'memory:' },
    ...changes,
  }
  return planMigration(request, new SnapshotIndex(snapshot))
}

const at = (offset: number | null) => ({ events: { '0': offset } })
const empty = { 'g-parallel-0': {}, 'g-parallel-1': {} }

/** The snapshot with what one of its groups has otherwise. */
function changed(offsets: Offsets, name: string, change: (group: GroupSnapshot) => GroupSnapshot) {
  const snapshot = aSnapshot(offsets)
  const groups = snapshot.groups.map((one) => (one.status.group === name ? change(one) : one))
  return { ...snapshot, groups }
}

const withMetadata =
  (metadata: string) =>
  ({ committed, ...group }: GroupSnapshot): GroupSnapshot => {
    const offsets = committed.offsets.map((one) => ({ ...one, metadata, leaderEpoch: 4 }))
    return { ...group, committed: { ...committed, offsets } }
  }

describe('what is written', () => {
  it('is nothing of the origin, when segments are made of it alone (M12)', () => {
    const { steps } = planned('rescale', aSnapshot({ g: at(5), ...empty }), { count: 1, to: 2 })
    expect(steps.map(({ group, from, to }) => [group, from, to])).toEqual([
      ['g-parallel-0', null, '5'],
      ['g-parallel-1', null, '5'],
    ])
  })

  it('has leader epoch and metadata of the first segment, where several are the lowest (M7)', () => {
    const agreed = { g: at(1), 'g-parallel-0': at(5), 'g-parallel-1': at(5) }
    const { steps } = planned('collapse', changed(agreed, 'g-parallel-0', withMetadata('first')))
    expect(steps).toMatchObject([{ group: 'g', to: '5', toMetadata: 'first', toLeaderEpoch: 4 }])
  })

  it('has neither where the log does not keep the offset that they belong to (M7)', () => {
    const beyond = changed({ g: at(20_000), ...empty }, 'g', withMetadata('of 20000'))
    const { steps } = planned('distribute', beyond, { onRange: 'clamp' })
    expect(steps).toHaveLength(2)
    for (const step of steps) {
      expect(step.to).toBe('10000')
      expect(step).not.toHaveProperty('toMetadata')
      expect(step).not.toHaveProperty('toLeaderEpoch')
    }
  })
})

describe('what stands against a plan', () => {
  const guardsOf = ({ violations }: OffsetPlanDocument) => violations.map(({ guard }) => guard)

  it('is a transaction of any of its groups, whatever is forced (M7)', () => {
    for (const name of ['g', 'g-parallel-1']) {
      const pending = changed({ g: at(5), ...empty }, name, ({ committed, ...group }) => ({
        ...group,
        committed: { ...committed, pending: [{ topic: 'events', partition: 0 }] },
      }))
      const plan = planned('distribute', pending, { force: true })
      expect(guardsOf(plan)).toEqual(['pending-transaction'])
    }
  })

  it('is that segments differ, in a rescale to as many as there are: it would reset them (M3)', () => {
    const apart = aSnapshot({ g: at(1), 'g-parallel-0': at(5), 'g-parallel-1': at(9) })
    const plan = planned('rescale', apart, { to: 2 })
    expect(new Set(guardsOf(plan))).toEqual(new Set(['inconclusive-offsets']))
    expect(guardsOf(planned('rescale', apart, { to: 2, force: true }))).toEqual([])
    expect(guardsOf(planned('rescale', apart, { to: 1 }))).toEqual([])
  })

  it('is a further segment that has offsets or members, whatever is forced', () => {
    const surplus = { g: at(5), ...empty, 'g-parallel-2': at(5) }
    expect(guardsOf(planned('distribute', aSnapshot(surplus), { force: true }))).toEqual([
      'segment-count',
    ])
    const states = { 'g-parallel-2': 'stable' } as const
    const joined = aSnapshot({ ...surplus, 'g-parallel-2': {} }, { states })
    expect(guardsOf(planned('distribute', joined, { force: true }))).toEqual(['segment-count'])
    const forgotten = aSnapshot({ ...surplus, 'g-parallel-2': {} })
    expect(guardsOf(planned('distribute', forgotten, { force: true }))).toEqual([])
  })
})
