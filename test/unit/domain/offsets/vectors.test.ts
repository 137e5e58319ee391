import { describe, expect, it } from 'vitest'
import { planMigration } from '../../../../src/domain/offsets/plan-migration.ts'
import { project } from '../../../../src/domain/offsets/project.ts'
import { segmentedGroup } from '../../../../src/domain/offsets/segmented-group.ts'
import { SnapshotIndex } from '../../../../src/domain/offsets/snapshot.ts'
import { aSnapshot, type Offsets, offsetsOf } from '../../../support/offsets/snapshots.ts'
import { documentedLines, PLAN_CASES } from '../../../support/segments/plan-vectors.ts'

/** The table with the writes put over it. */
function written(offsets: Offsets, writes: Offsets): Record<string, Record<string, string>> {
  const groups = new Set([...Object.keys(offsets), ...Object.keys(writes)])
  return Object.fromEntries(
    [...groups].map((group) => {
      const topics = [offsets[group] ?? {}, writes[group] ?? {}]
      const places = topics.flatMap((table) =>
        Object.entries(table).flatMap(([topic, partitions]) =>
          Object.entries(partitions).map(([partition, offset]) => [
            `${topic}#${partition}`,
            offset,
          ]),
        ),
      )
      const known = places.filter(([, offset]) => offset !== null)
      return [group, Object.fromEntries(known.map(([place, offset]) => [place, String(offset)]))]
    }),
  )
}

describe('the documented plans', () => {
  it.each(PLAN_CASES)('$id: $command, force $force', (one) => {
    const { expected } = one
    const snapshot = aSnapshot(one.offsets)
    const group = segmentedGroup(one.group, one.segments.length)
    expect(group.segments).toEqual(one.segments)
    const plan = planMigration(
      {
        operation: one.command,
        orders: [{ group, to: group, strategy: null }],
        force: one.force,
        onRange: 'fail',
        generatedBy: 'pstool test',
        clusterUri: 'local:test.db',
        knownTopics: [],
      },
      new SnapshotIndex(snapshot),
    )
    const messages = plan.violations.map(({ message }) => message)
    if (expected.result === 'ok') {
      expect(messages).toEqual([])
      const projected = offsetsOf(project(plan, snapshot))
      expect(projected).toEqual(written(one.offsets, expected.writes ?? {}))
      return
    }
    expect([...messages].sort()).toEqual([...documentedLines(one)].sort())
    if (expected.message !== undefined) expect(messages.at(-1)).toBe(expected.message)
  })
})
