import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type MigrationOperation,
  type MigrationRequest,
  planMigration,
} from '../../src/domain/offsets/plan-migration.ts'
import { planRestore } from '../../src/domain/offsets/plan-restore.ts'
import { project } from '../../src/domain/offsets/project.ts'
import { segmentedGroup, withSegments } from '../../src/domain/offsets/segmented-group.ts'
import { type OffsetSnapshot, SnapshotIndex } from '../../src/domain/offsets/snapshot.ts'
import { progress, verify } from '../../src/domain/offsets/verify.ts'
import { aSnapshot, type Offsets, offsetsOf } from '../support/offsets/snapshots.ts'

/** A log of user_events#0 and #1 each, with where every group stands in it. */
interface History {
  readonly segments: number
  readonly start: number
  readonly offsets: Offsets
  readonly epochs: readonly (number | null)[]
}

const END = 40
const history = fc
  .record({ segments: fc.integer({ min: 1, max: 5 }), start: fc.integer({ min: 0, max: 8 }) })
  .chain(({ segments, start }) => {
    const offset = fc.option(fc.integer({ min: start, max: END }), { nil: null, freq: 4 })
    const partitions = fc.record({ '0': offset, '1': offset })
    const names = ['g', ...Array.from({ length: segments }, (_, id) => `g-parallel-${id}`)]
    return fc.record({
      segments: fc.constant(segments),
      start: fc.constant(start),
      offsets: fc
        .tuple(...names.map(() => partitions))
        .map((rows) => Object.fromEntries(rows.map((row, i) => [names[i], { events: row }]))),
      epochs: fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }), {
        minLength: 1,
        maxLength: 4,
      }),
    })
  })
  .map((one) => one as unknown as History)

/** With leader epochs and metadata, which must go wherever their offset goes. */
function snapshotOf({ offsets, start, epochs }: History): OffsetSnapshot {
  const kept = [start, END] as const
  const plain = aSnapshot(offsets, { ranges: { events: [kept, kept] } })
  const groups = plain.groups.map((group, i) => ({
    ...group,
    committed: {
      ...group.committed,
      offsets: group.committed.offsets.map((one) => ({
        ...one,
        leaderEpoch: epochs[(i + one.partition) % epochs.length] ?? null,
        metadata: i % 2 === 0 ? `from ${group.status.group}` : '',
      })),
    },
  }))
  return { ...plain, groups }
}

function requestOf(
  { segments }: History,
  operation: MigrationOperation,
  force: boolean,
  to = segments,
): MigrationRequest {
  // One segment is none: the documented way to have a group of its own is two or more.
  const group = segmentedGroup('g', Math.max(2, segments))
  return {
    operation,
    orders: [
      { group, to: operation === 'rescale' ? withSegments(group, to) : group, strategy: null },
    ],
    force,
    onRange: 'fail',
    generatedBy: 'pstool test',
    clusterUri: 'memory:',
    knownTopics: [],
  }
}

const many = history.filter(({ segments }) => segments >= 2)
const operation = fc.constantFrom<MigrationOperation>('distribute', 'collapse', 'reset')
const indexOf = (snapshot: OffsetSnapshot) => new SnapshotIndex(snapshot)

describe('plans', () => {
  it('are verified done once applied, and then there is nothing left to plan', () => {
    fc.assert(
      fc.property(many, operation, (one, command) => {
        const snapshot = snapshotOf(one)
        const request = requestOf(one, command, true)
        const plan = planMigration(request, indexOf(snapshot))
        fc.pre(plan.violations.length === 0)
        const applied = project(plan, snapshot)
        expect(verify(plan, indexOf(applied))).toEqual([])
        expect(progress(plan, indexOf(applied)).done).toHaveLength(plan.steps.length)
        expect(planMigration(request, indexOf(applied)).steps).toEqual([])
      }),
    )
  })

  it('are seen not to be done when any step is missing or wrong', () => {
    fc.assert(
      fc.property(many, operation, fc.nat(), (one, command, pick) => {
        const snapshot = snapshotOf(one)
        const plan = planMigration(requestOf(one, command, true), indexOf(snapshot))
        fc.pre(plan.violations.length === 0 && plan.steps.length > 0)
        const left = plan.steps[pick % plan.steps.length]
        const partly = { ...plan, steps: plan.steps.filter((step) => step !== left) }
        const differences = verify(plan, indexOf(project(partly, snapshot)))
        expect(differences).toMatchObject([{ group: left?.group, partition: left?.partition }])
      }),
    )
  })

  it('are undone by a restore, leader epochs, metadata and unset ones included', () => {
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 6 }), operation, (one, to, command) => {
        const snapshot = snapshotOf(one)
        const chosen = to % 2 === 0 ? 'rescale' : command
        const request = requestOf(one, chosen, true, to)
        const looked = withGroups(snapshot, request)
        const plan = planMigration(request, indexOf(looked))
        fc.pre(plan.violations.length === 0)
        const applied = project(plan, looked)
        const back = planRestore({ ...request, force: false }, plan, indexOf(applied))
        expect(back.violations).toEqual([])
        const restored = project(back, applied)
        expect(offsetsIn(restored)).toEqual(offsetsIn(looked))
      }),
    )
  })

  it('are refused with a live group, whatever is forced', () => {
    fc.assert(
      fc.property(many, operation, fc.nat(), (one, command, pick) => {
        const snapshot = snapshotOf(one)
        const alive = pick % snapshot.groups.length
        const groups = snapshot.groups.map((group, i) =>
          i === alive
            ? { ...group, status: { ...group.status, state: 'stable' as const, members: 1 } }
            : group,
        )
        const plan = planMigration(requestOf(one, command, true), indexOf({ ...snapshot, groups }))
        expect(plan.violations.map(({ guard }) => guard)).toContain('group-alive')
      }),
    )
  })
})

describe('collapse', () => {
  it("never moves the origin past a segment's first unprocessed message", () => {
    fc.assert(
      fc.property(many, fc.boolean(), fc.boolean(), (one, force, reset) => {
        const snapshot = snapshotOf(one)
        const plan = planMigration(
          requestOf(one, reset ? 'reset' : 'collapse', force),
          indexOf(snapshot),
        )
        fc.pre(plan.violations.length === 0)
        const after = offsetsOf(project(plan, snapshot)).g ?? {}
        for (const { partition, to } of plan.steps) {
          if (to === null) continue
          for (const id of Array.from({ length: one.segments }, (_, i) => i)) {
            const own = one.offsets[`g-parallel-${id}`]?.events?.[String(partition)] ?? one.start
            expect(Number(after[`events#${partition}`])).toBeLessThanOrEqual(own)
          }
        }
      }),
    )
  })

  it('goes through unforced exactly when the segments agree', () => {
    fc.assert(
      fc.property(many, fc.boolean(), (one, reset) => {
        const plan = planMigration(
          requestOf(one, reset ? 'reset' : 'collapse', false),
          indexOf(snapshotOf(one)),
        )
        const columns = ['0', '1'].map((partition) =>
          Array.from(
            { length: one.segments },
            (_, id) => one.offsets[`g-parallel-${id}`]?.events?.[partition] ?? null,
          ),
        )
        const agree = columns.every((column) => new Set(column).size === 1)
        const some = columns.some((column) => column.some((offset) => offset !== null))
        expect(plan.violations.length === 0).toBe(agree && some)
      }),
    )
  })
})

describe('rescale', () => {
  it('loses no message, and with its exclusions honoured processes none twice', () => {
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 6 }), fc.nat(), (one, to, seed) => {
        const request = requestOf(one, 'rescale', false, to)
        const snapshot = withGroups(snapshotOf(one), request)
        const plan = planMigration(request, indexOf(snapshot))
        fc.pre(plan.violations.length === 0)
        const after = offsetsOf(project(plan, snapshot))
        const readers = withSegments(request.orders[0]!.group, to).segments
        const oldSegment = (offset: number) => (offset * 7 + seed) % one.segments
        const newSegment = (offset: number) => (offset * 5 + seed) % readers.length
        for (const partition of [0, 1]) {
          const stood = (id: number) =>
            one.offsets[`g-parallel-${id}`]?.events?.[String(partition)] ?? null
          if (Array.from({ length: one.segments }, (_, id) => stood(id)).every((at) => at === null))
            continue
          for (let offset = one.start; offset < END; offset++) {
            const segment = oldSegment(offset)
            const reached = stood(segment)
            const processed = reached !== null && offset < reached
            const from = Number(after[readers[newSegment(offset)]!]?.[`events#${partition}`])
            const isExcluded = plan.exclusions.some(
              (range) =>
                range.partition === partition &&
                range.segment === segment &&
                offset >= Number(range.from) &&
                offset < Number(range.to),
            )
            expect(offset >= from && !isExcluded, `${partition}@${offset}`).toBe(!processed)
          }
        }
      }),
    )
  })

  it('costs nothing where the segments agree', () => {
    fc.assert(
      fc.property(
        many,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 8, max: END }),
        (one, to, at) => {
          const offsets = Object.fromEntries(
            Object.keys(one.offsets).map((group) => [group, { events: { '0': at, '1': at } }]),
          )
          const request = requestOf(one, 'rescale', false, to)
          const snapshot = withGroups(snapshotOf({ ...one, offsets }), request)
          const plan = planMigration(request, indexOf(snapshot))
          expect(plan.violations).toEqual([])
          expect(plan.cost).toMatchObject({ again: 0, skipped: 0, exact: true })
          expect(plan.exclusions).toEqual([])
        },
      ),
    )
  })
})

/** Groups that a rescale makes are looked at before they are there. */
function withGroups(snapshot: OffsetSnapshot, { orders }: MigrationRequest): OffsetSnapshot {
  const known = new Set(snapshot.groups.map(({ status }) => status.group))
  const added = orders.flatMap(({ to }) => to.segments).filter((name) => !known.has(name))
  const empty = aSnapshot(Object.fromEntries(added.map((name) => [name, {}])))
  return { ...snapshot, groups: [...snapshot.groups, ...empty.groups] }
}

function offsetsIn(snapshot: OffsetSnapshot) {
  return snapshot.groups.map(({ status, committed }) => [status.group, committed.offsets])
}
