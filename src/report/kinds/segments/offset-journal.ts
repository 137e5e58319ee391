import type { OffsetJournalDocument, StepOutcome } from '../../../domain/offsets/journal.ts'
import { placeOf } from '../../../domain/offsets/snapshot.ts'
import { type Block, footer, headline, section } from '../../blocks.ts'
import type { Renderer } from '../../renderer.ts'
import { type EndedStep, failureTable, hasFailed } from './failure-table.ts'
import { subjectOf } from './group-labels.ts'
import { extentOf, planBlocks } from './offset-plan.ts'

const STATES: Readonly<Record<OffsetJournalDocument['state'], string>> = {
  started: 'started, and cut before its end was recorded',
  partial: 'stopped midway',
  done: 'done and verified',
}

/** What was planned, and how far it got. */
export const offsetJournalRenderer: Renderer<OffsetJournalDocument> = {
  blocks: (journal): Block[] => {
    const { plan, state } = journal
    const failed = endedSteps(journal).filter(hasFailed)
    const subject = subjectOf(plan.operation, plan.migrations)
    return [
      headline(`Journal of ${subject}: ${extentOf(plan.steps)}, ${STATES[state]}`),
      ...planBlocks(plan),
      ...(failed.length === 0 ? [] : [section('Not as planned'), failureTable(failed, [])]),
      footer(
        state === 'done'
          ? 'pstool segments restore FILE takes it back.'
          : 'pstool segments resume FILE finishes it, pstool segments restore FILE takes it back.',
      ),
    ]
  },
  // A run that was cut has no outcomes: whether its steps were written is for the cluster to say.
  csv: (journal) => {
    const { plan } = journal
    const outcomes = outcomesOf(journal)
    return {
      columns: ['group', 'topic', 'partition', 'from', 'to', 'outcome', 'reason'],
      rows: plan.steps.map((step) => {
        const { group, topic, partition, from, to } = step
        const ended = outcomes.get(keyOf(step))
        return [group, topic, partition, from, to, ended?.outcome, ended?.reason]
      }),
    }
  },
}

function endedSteps(journal: OffsetJournalDocument): EndedStep[] {
  const outcomes = outcomesOf(journal)
  return journal.plan.steps.flatMap((step) => {
    const ended = outcomes.get(keyOf(step))
    return ended === undefined ? [] : [{ ...step, outcome: ended.outcome, reason: ended.reason }]
  })
}

function outcomesOf({ outcomes }: OffsetJournalDocument): ReadonlyMap<string, StepOutcome> {
  return new Map(outcomes.map((outcome) => [keyOf(outcome), outcome]))
}

function keyOf(place: Pick<StepOutcome, 'group' | 'topic' | 'partition'>): string {
  return `${place.group} ${placeOf(place)}`
}
