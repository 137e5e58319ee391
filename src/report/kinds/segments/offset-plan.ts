import type {
  OffsetPlanDocument,
  PlannedCluster,
  PlannedGroup,
  Violation,
} from '../../../domain/offsets/plan.ts'
import {
  type Block,
  type Cell,
  footer,
  headline,
  labelColumn,
  numberColumn,
  paragraph,
  quoted,
  section,
  table,
  textColumn,
  toned,
} from '../../blocks.ts'
import type { Renderer } from '../../renderer.ts'
import { count, plural } from '../../text/numbers.ts'
import { changeBlocks } from './change-blocks.ts'
import { costBlocks, exclusionBlocks } from './cost-blocks.ts'
import { subjectOf } from './group-labels.ts'
import { aliveFirst, stateCell } from './group-states.ts'
import { leftOutBlocks, violationBlocks, waivedBlocks } from './guard-blocks.ts'

const GROUPS_SHOWN = 16

/**
 * What a run is going to write. What must not be overlooked comes last, where a terminal stops:
 * waived guards, then what stands against the plan, then what comes next.
 */
export const offsetPlanRenderer: Renderer<OffsetPlanDocument> = {
  blocks: (plan): Block[] => [
    headline(`${subjectOf(plan.operation, plan.migrations)}: ${answerOf(plan)}`),
    ...planBlocks(plan),
    ...violationBlocks(plan.violations),
    footer(nextOf(plan)),
  ],
  csv: ({ steps }) => ({
    columns: [
      ...['group', 'topic', 'partition', 'from', 'to'],
      ...['fromLeaderEpoch', 'toLeaderEpoch', 'fromMetadata', 'toMetadata'],
    ],
    rows: steps.map((step) => [
      ...[step.group, step.topic, step.partition, step.from, step.to],
      ...[step.fromLeaderEpoch, step.toLeaderEpoch, step.fromMetadata, step.toMetadata],
    ]),
  }),
}

/** What a plan is, without whether it may be applied. */
export function planBlocks(plan: OffsetPlanDocument): Block[] {
  const { operation, migrations, steps, cost, exclusions, leftOut, waived } = plan
  return [
    clusterLine(plan.cluster),
    ...changeBlocks(steps, migrations, 'Offsets'),
    ...groupBlocks(plan.groups),
    ...(steps.length === 0 ? [] : costBlocks(cost, operation)),
    ...exclusionBlocks(exclusions),
    ...leftOutBlocks(leftOut),
    ...waivedBlocks(waived),
  ]
}

/** Which cluster it is about: the wrong one is the worst mistake of all. */
export function clusterLine({ id, uri }: PlannedCluster): Block {
  return paragraph(toned(`cluster: ${uri} (${id})`, 'faint'))
}

/** `16 offsets of 4 groups`. */
export function extentOf(steps: readonly { readonly group: string }[]): string {
  const groups = new Set(steps.map(({ group }) => group)).size
  return `${plural(steps.length, 'offset')} of ${plural(groups, 'group')}`
}

function answerOf({ steps, violations, waived }: OffsetPlanDocument): string {
  if (violations.length > 0) return `refused, ${plural(violations.length, 'objection')}`
  if (steps.length === 0) return 'nothing to do'
  const overruled = waived.length === 0 ? '' : `, ${plural(waived.length, 'objection')} overruled`
  return `${extentOf(steps)}${overruled}`
}

function nextOf({ steps, violations }: OffsetPlanDocument): string {
  if (violations.length > 0) return `Refused: nothing was written. ${forceHelps(violations)}`
  if (steps.length === 0) return 'Nothing to do: every offset is where it should be.'
  return (
    'Not written yet. To write it, run the same without --dry-run (--yes answers for you), or save ' +
    'it with --plan-out FILE and run pstool segments apply FILE.'
  )
}

function forceHelps(violations: readonly Violation[]): string {
  const waivable = violations.filter((violation) => violation.waivable).length
  if (waivable === 0) return '--force does not overrule this.'
  if (waivable === violations.length) return '--force overrules this.'
  return `--force overrules ${count(waivable)} of ${plural(violations.length, 'objection')}.`
}

function groupBlocks(groups: readonly PlannedGroup[]): Block[] {
  const columns = [
    textColumn('group'),
    textColumn('role', 1),
    labelColumn('state'),
    numberColumn('members'),
  ]
  const rows = aliveFirst(groups).map((group): Cell[] => [
    quoted(group.group),
    group.role,
    stateCell(group),
    count(group.members),
  ])
  return [section('Groups'), table(columns, rows, 'groups', GROUPS_SHOWN)]
}
