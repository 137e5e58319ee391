import type { Migration, OffsetStep } from '../../../domain/offsets/plan.ts'
import { placeOf } from '../../../domain/offsets/snapshot.ts'
import {
  type Block,
  type Cell,
  numberColumn,
  proseColumn,
  section,
  type Table,
  table,
  textColumn,
} from '../../blocks.ts'
import { groupsLabel, migrationOf } from './group-labels.ts'
import { byPlace, offsetCell, placeText } from './places.ts'

const CHANGES_SHOWN = 40

/** Groups for which the same happens in a partition. */
interface Change {
  readonly step: OffsetStep
  readonly groups: readonly string[]
}

/** A table per origin, and one for groups of none: a row for all groups that change alike. */
export function changeBlocks(
  steps: readonly OffsetStep[],
  migrations: readonly Migration[],
  title: string,
): Block[] {
  const owned = Map.groupBy(steps, ({ group }) => migrationOf(group, migrations))
  return [...migrations, null].flatMap((migration) => {
    const own = owned.get(migration) ?? []
    if (own.length === 0) return []
    const heading = migration === null ? title : `${title}: ${migration.origin}`
    return [section(heading, settingOf(migration)), changeTable(own, migration)]
  })
}

/** How many segments there are, and how messages are spread over them. */
function settingOf(migration: Migration | null): string {
  if (migration === null) return ''
  const { from, to, strategy } = migration
  const counts = from === to ? `${to} segments` : `${from} -> ${to} segments`
  if (strategy === null) return counts
  const { name, partitioner, reducer } = strategy
  return `${counts}; strategy ${name}: partitioner ${partitioner}, reducer ${reducer}`
}

function changeTable(steps: readonly OffsetStep[], migration: Migration | null): Table {
  const columns = [
    textColumn('partition'),
    numberColumn('from'),
    numberColumn('to'),
    proseColumn('groups'),
  ]
  const rows = changesOf(steps).map(({ step, groups }): Cell[] => [
    placeText(step),
    offsetCell(step.from),
    offsetCell(step.to),
    `${groupsLabel(groups, migration)}${besidesOffset(step)}`,
  ])
  return table(columns, rows, 'changes', CHANGES_SHOWN)
}

function changesOf(steps: readonly OffsetStep[]): Change[] {
  const alike = Map.groupBy(steps.toSorted(byPlace), (step) =>
    JSON.stringify([placeOf(step), step.from, step.to, besidesOffset(step)]),
  )
  return [...alike.values()].map((same) => ({
    step: same[0]!,
    groups: same.map(({ group }) => group),
  }))
}

/** A step that leaves the offset as it is changes what goes with it. */
function besidesOffset(step: OffsetStep): string {
  if (step.from !== step.to) return ''
  const changed = [
    ...(step.fromLeaderEpoch === step.toLeaderEpoch ? [] : ['leader epoch']),
    ...(step.fromMetadata === step.toMetadata ? [] : ['metadata']),
  ]
  return ` (${changed.join(' and ')} alone)`
}
