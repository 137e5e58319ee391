import { shellWord } from '../../../domain/model/shell-word.ts'
import type { OffsetResultDocument } from '../../../domain/offsets/journal.ts'
import { type Block, commands, footer, headline, notice, section } from '../../blocks.ts'
import type { Renderer } from '../../renderer.ts'
import { count, plural } from '../../text/numbers.ts'
import { changeBlocks } from './change-blocks.ts'
import { costBlocks, exclusionBlocks } from './cost-blocks.ts'
import { failureTable, hasFailed } from './failure-table.ts'
import { subjectOf } from './group-labels.ts'
import { waivedBlocks } from './guard-blocks.ts'
import { clusterLine, extentOf } from './offset-plan.ts'

/** What a run has done; after one that stopped midway the way on and the way back come last. */
export const offsetResultRenderer: Renderer<OffsetResultDocument> = {
  blocks: (result): Block[] => {
    const { operation, migrations, steps, cost, exclusions, waived } = result
    const done = steps.filter((step) => !hasFailed(step))
    return [
      headline(`${subjectOf(operation, migrations)}${answerOf(result)}`),
      clusterLine(result.cluster),
      ...changeBlocks(done, migrations, 'In place'),
      ...(steps.length === 0 ? [] : costBlocks(cost, operation)),
      ...exclusionBlocks(exclusions),
      ...(steps.length === 0 ? [] : waivedBlocks(waived)),
      ...endBlocks(result),
    ]
  },
  csv: ({ steps }) => ({
    columns: ['group', 'topic', 'partition', 'from', 'to', 'outcome', 'reason'],
    rows: steps.map(({ group, topic, partition, from, to, outcome, reason }) => [
      ...[group, topic, partition, from, to, outcome, reason],
    ]),
  }),
}

/** A command that takes a journal, as it is typed into a shell. */
function journalCommand(command: 'resume' | 'restore', path: string): string {
  return `pstool segments ${command} ${shellWord(path)}`
}

function answerOf({ state, steps, written }: OffsetResultDocument): string {
  if (state === 'nothing-to-do') return ': nothing to do'
  if (state === 'partial') {
    const failed = steps.filter(hasFailed).length
    const left = failed === 0 ? '' : `, ${count(failed)} left`
    return ` stopped midway: ${count(written)} of ${extentOf(steps)} written${left}`
  }
  if (written === steps.length) return `: ${extentOf(steps)} written and verified`
  return `: ${extentOf(steps)} verified, ${count(written)} of them written now`
}

function endBlocks({ state, steps, differences, journal }: OffsetResultDocument): Block[] {
  // A run that had something to do has a journal.
  if (state === 'nothing-to-do' || journal === null) {
    return [footer('Nothing to do: every offset is where it should be.')]
  }
  if (state !== 'partial') {
    return [
      section('The way back'),
      commands([journalCommand('restore', journal)]),
      footer(`What was before is in ${journal}`),
    ]
  }
  const table = failureTable(steps, differences)
  const failed = plural(table.rows.length + (table.more?.left ?? 0), 'offset')
  return [
    section('Not as planned'),
    notice('bad', `${failed} of the groups must be put right before a consumer is started.`),
    table,
    section('The way on, and the way back'),
    commands([journalCommand('resume', journal), journalCommand('restore', journal)]),
    footer(`What was before, and what was planned, is in ${journal}`),
  ]
}
