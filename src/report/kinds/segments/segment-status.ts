import type { SegmentedStatus, SegmentStatusDocument } from '../../../domain/offsets/status.ts'
import {
  type Block,
  type Cell,
  footer,
  headline,
  labelColumn,
  notice,
  numberColumn,
  quoted,
  section,
  table,
  textColumn,
  toned,
} from '../../blocks.ts'
import type { Renderer } from '../../renderer.ts'
import { count, plural } from '../../text/numbers.ts'
import { aliveFirst, isAlive, stateCell } from './group-states.ts'
import { messageListing } from './guard-blocks.ts'
import { clusterLine } from './offset-plan.ts'
import { standingsOf, standingTable } from './standings.ts'

const GROUPS_SHOWN = 24
/** The offsets are in the table above already. */
const REFUSALS_SHOWN = 3

/** Where segmented groups stand: a verdict, groups, offsets side by side, and what could be done. */
export const segmentStatusRenderer: Renderer<SegmentStatusDocument> = {
  blocks: ({ cluster, segmented }): Block[] => {
    const [only] = segmented
    if (segmented.length === 1 && only !== undefined) {
      return [
        headline(`${only.origin}: ${verdictOf(only)}`),
        clusterLine(cluster),
        ...statusBlocks(only, 1),
        footer('Every figure: --format json'),
      ]
    }
    const wrong = segmented.filter(({ consistent }) => !consistent).length
    const verdict = wrong === 0 ? 'none apart' : `${count(wrong)} not as they should be`
    return [
      headline(`${plural(segmented.length, 'segmented group')}: ${verdict}`),
      clusterLine(cluster),
      ...segmented.flatMap((one) => [
        section(`${one.origin}: ${verdictOf(one)}`),
        ...statusBlocks(one, 2),
      ]),
      footer('Every figure: --format json'),
    ]
  },
  csv: ({ segmented }) => ({
    columns: [
      ...['origin', 'group', 'role', 'type', 'state', 'members'],
      ...['topic', 'partition', 'committed', 'start', 'end', 'lag'],
    ],
    rows: segmented.flatMap(({ origin, groups }) =>
      groups.flatMap(({ group, role, type, state, members, partitions }) =>
        partitions.map((at) => [
          ...[origin, group, role, type, state, members],
          ...[at.topic, at.partition, at.committed, at.start, at.end, at.lag],
        ]),
      ),
    ),
  }),
}

function verdictOf(status: SegmentedStatus): string {
  const { segments, groups } = status
  const alive = groups.filter(isAlive).length
  const inUse = alive === 0 ? '' : `; ${plural(alive, 'group')} in use`
  const counted = segments === 1 ? 'no segments' : `${count(segments)} segments`
  return `${counted}${segments === 1 ? '' : ` ${agreementOf(status)}`}${inUse}`
}

function agreementOf(status: SegmentedStatus): string {
  const standings = standingsOf(status)
  const apart = standings.filter((standing) => standing.apart !== null).length
  if (apart > 0) return `stand apart in ${count(apart)} of ${plural(standings.length, 'partition')}`
  if (!status.consistent) return 'and more than that in the cluster'
  const unset = (role: 'origin' | 'segment') =>
    status.groups.filter((group) => group.role === role).every(({ lag }) => lag === null)
  if (!unset('segment')) return 'at the same offsets'
  return unset('origin')
    ? 'and nothing committed by anybody'
    : 'to which nothing is distributed yet'
}

function statusBlocks(status: SegmentedStatus, level: 1 | 2): Block[] {
  const standings = standingsOf(status)
  return [
    ...groupBlocks(status, level),
    ...(standings.length === 0
      ? []
      : [
          section('Committed offsets', 'The origin, then the segments by id.', level),
          standingTable(standings, status.segments),
        ]),
    section('What is possible now', '', level),
    ...verbBlocks('distribute', status.distribute),
    ...verbBlocks('collapse', status.collapse),
  ]
}

function groupBlocks({ groups }: SegmentedStatus, level: 1 | 2): Block[] {
  const gaps = groups.some(({ partitions }) => partitions.some((at) => at.committed === null))
  const columns = [
    textColumn('group'),
    labelColumn('state'),
    numberColumn('members'),
    numberColumn('lag'),
    ...(gaps ? [numberColumn('unset')] : []),
  ]
  const rows = aliveFirst(groups).map((group): Cell[] => {
    const { partitions, lag } = group
    const unset = partitions.filter(({ committed }) => committed === null).length
    return [
      quoted(group.group),
      stateCell(group),
      count(group.members),
      lag === null ? toned('none', 'faint') : count(lag),
      ...(gaps ? [count(unset)] : []),
    ]
  })
  return [section('Groups', '', level), table(columns, rows, 'groups', GROUPS_SHOWN)]
}

function verbBlocks(verb: string, refusals: readonly string[]): Block[] {
  if (refusals.length === 0) return [notice('good', `${verb} goes through.`)]
  const said = plural(refusals.length, 'objection')
  return [
    notice('warn', `${verb} would be refused: ${said}`),
    messageListing(refusals, REFUSALS_SHOWN),
  ]
}
