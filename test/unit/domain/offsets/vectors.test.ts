import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type MigrationOperation,
  planMigration,
} from '../../../../src/domain/offsets/plan-migration.ts'
import { project } from '../../../../src/domain/offsets/project.ts'
import { segmentedGroup } from '../../../../src/domain/offsets/segmented-group.ts'
import { SnapshotIndex } from '../../../../src/domain/offsets/snapshot.ts'
import { aSnapshot, type Offsets, offsetsOf } from '../../../support/offsets/snapshots.ts'

interface PlanCase {
  readonly id: string
  readonly command: MigrationOperation
  readonly force: boolean
  readonly group: string
  readonly segments: readonly string[]
  readonly offsets: Offsets
  readonly expected: {
    readonly result: 'ok' | 'error'
    readonly writes?: Offsets
    readonly message?: string
    readonly inconclusive?: readonly {
      readonly topic: string
      readonly partition: number
      readonly offsets: readonly number[]
    }[]
    readonly any_of?: readonly { readonly message: string }[]
  }
}

const file = new URL('../../../../fixtures/vectors/cli-plans.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly PlanCase[] }

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
  it.each(cases)('$id: $command, force $force', ({ expected, ...one }) => {
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
    if (expected.any_of !== undefined) {
      expect([...messages].sort()).toEqual(expected.any_of.map(({ message }) => message).sort())
    }
    const lines = (expected.inconclusive ?? []).map(
      ({ topic, partition, offsets }) =>
        `Inconclusive offsets for ${topic}#${partition}: ${offsets.join(', ')}`,
    )
    for (const line of lines) expect(messages).toContain(line)
    if (expected.message !== undefined) expect(messages.at(-1)).toBe(expected.message)
    if (lines.length > 0) expect(messages).toHaveLength(lines.length + 1)
  })
})
