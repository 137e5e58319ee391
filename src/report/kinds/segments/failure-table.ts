import type { TopicPartition } from '../../../domain/model/cluster.ts'
import type { StepOutcome } from '../../../domain/offsets/journal.ts'
import type { OffsetStep } from '../../../domain/offsets/plan.ts'
import { placeOf } from '../../../domain/offsets/snapshot.ts'
import type { Difference } from '../../../domain/offsets/verify.ts'
import {
  type Cell,
  numberColumn,
  proseColumn,
  quoted,
  type Table,
  table,
  textColumn,
  withNarrow,
} from '../../blocks.ts'
import { byPlace, offsetText, placeText } from './places.ts'

const FAILURES_SHOWN = 40

/** A step and what became of it. */
export type EndedStep = OffsetStep & Pick<StepOutcome, 'outcome' | 'reason'>

interface Failure extends TopicPartition {
  readonly group: string
  readonly planned: string
  /** null where nobody has looked. */
  readonly found: string | null
  readonly why: string
}

/** Whether a partition of a group does not stand where the plan has it. */
export function hasFailed({ outcome }: Pick<StepOutcome, 'outcome'>): boolean {
  return outcome === 'not-written' || outcome === 'elsewhere'
}

/** Steps that failed, and offsets that were not to move and have: where each stands, and why. */
export function failureTable(
  steps: readonly EndedStep[],
  differences: readonly Difference[],
): Table {
  const failures = failuresOf(steps, differences)
  const looked = failures.some(({ found }) => found !== null)
  const wide = [
    textColumn('partition'),
    textColumn('group'),
    numberColumn('planned'),
    ...(looked ? [numberColumn('found')] : []),
    proseColumn('why'),
  ]
  const wideRows = failures.map((failure): Cell[] => [
    placeText(failure),
    quoted(failure.group),
    failure.planned,
    ...(looked ? [failure.found ?? '?'] : []),
    failure.why,
  ])
  const narrow = [proseColumn('partition and group'), proseColumn('what and why')]
  const narrowRows = failures.map(({ planned, found, why, ...place }): Cell[] => [
    `${placeOf(place)} ${place.group}`,
    `planned ${planned}${found === null ? '' : `, found ${found}`}: ${why}`,
  ])
  return withNarrow(
    table(wide, wideRows, 'offsets', FAILURES_SHOWN),
    table(narrow, narrowRows, 'offsets', FAILURES_SHOWN),
  )
}

function failuresOf(
  steps: readonly EndedStep[],
  differences: readonly Difference[],
): readonly Failure[] {
  const ended = new Map(steps.map((step) => [keyOf(step), step]))
  const found = new Set(differences.map(keyOf))
  const differing = differences.map((difference): Failure => {
    const { group, topic, partition, expected } = difference
    const why = whyNot(difference, ended.get(keyOf(difference)))
    const is = offsetText(difference.found)
    return { group, topic, partition, planned: offsetText(expected), found: is, why }
  })
  const unseen = steps
    .filter((step) => hasFailed(step) && !found.has(keyOf(step)))
    .map((step): Failure => {
      const { group, topic, partition, to } = step
      const why = step.reason ?? 'not written'
      return { group, topic, partition, planned: offsetText(to), found: null, why }
    })
  return [...differing, ...unseen].sort(byPlace)
}

function whyNot({ detail }: Difference, step: EndedStep | undefined): string {
  if (step === undefined) return 'it was not to be moved: somebody else has'
  if (step.reason !== null) return step.reason
  if (detail === 'leader-epoch') return 'the leader epoch is another one'
  if (detail === 'metadata') return 'the metadata is another one'
  return step.outcome === 'not-written' ? 'not written' : 'somebody else has moved it'
}

function keyOf(place: Pick<Failure, 'group' | 'topic' | 'partition'>): string {
  return `${place.group} ${placeOf(place)}`
}
