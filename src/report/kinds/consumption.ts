import type { ConsumptionDocument } from '../../domain/model/consumption.ts'
import {
  type Block,
  type Cell,
  headline,
  notice,
  numberColumn,
  paragraph,
  quoted,
  section,
  table,
  textColumn,
} from '../blocks.ts'
import type { Renderer } from '../renderer.ts'
import { count, plural } from '../text/numbers.ts'

const PARTITIONS_SHOWN = 24

const ENDED: Readonly<Record<ConsumptionDocument['ended'], string>> = {
  end: ', up to the end',
  failed: ', then it could not go on',
  interrupted: ', then interrupted',
  limit: ', the limit',
  'reader-gone': ', then nobody read on',
}

/** `consume`: what was done, what went wrong, and where each partition stands. */
export const consumptionRenderer: Renderer<ConsumptionDocument> = {
  blocks: (document): Block[] => {
    const { group, segments, messages, ended } = document
    const which = segments === null ? '' : `, segments ${segments.join(', ')}`
    return [
      headline(`${group}${which}: ${plural(messages, 'message')} consumed${ENDED[ended]}`),
      paragraph(workLine(document)),
      ...troubleBlocks(document),
      ...partitionBlocks(document),
    ]
  },
  csv: ({ partitions }) => ({
    columns: ['group', 'segment', 'topic', 'partition', 'messages', 'committed', 'lag'],
    rows: partitions.map((one) => [
      ...[one.group, one.segmentId, one.topic, one.partition],
      ...[one.messages, one.committed, one.lag],
    ]),
  }),
}

function workLine({ batches, jobs, commits, dropped }: ConsumptionDocument): string {
  const left = dropped === 0 ? '' : `; ${plural(dropped, 'message')} left out by filters`
  const work = `${plural(batches, 'batch', 'batches')} in ${plural(jobs, 'job')}`
  return `${work}, ${plural(commits, 'commit')}${left}.`
}

function troubleBlocks(document: ConsumptionDocument): Block[] {
  const { failedJobs, retries, collapses, deadLetters, skipped, restarts, errors } = document
  const failed = `${plural(failedJobs, 'job')} failed; ${plural(retries, 'retry', 'retries')}, `
  return [
    ...(failedJobs === 0 ? [] : [notice('warn', `${failed}${plural(collapses, 'collapse')}.`)]),
    ...(deadLetters === 0
      ? []
      : [notice('bad', `${plural(deadLetters, 'message')} given up as dead letters.`)]),
    ...(skipped === 0 ? [] : [notice('bad', `${plural(skipped, 'message')} given up.`)]),
    ...(restarts === 0
      ? []
      : [notice('bad', `${plural(restarts, 'process', 'processes')} started again.`)]),
    ...errors.map(({ type, count: times, first }) =>
      notice('warn', `${type}, ${plural(times, 'time')}`, `The first: ${first}`),
    ),
  ]
}

function partitionBlocks({ partitions }: ConsumptionDocument): Block[] {
  if (partitions.length === 0) return [notice('warn', 'No partition was assigned.')]
  const several = new Set(partitions.map(({ group }) => group)).size > 1
  const columns = [
    textColumn('partition'),
    ...(several ? [textColumn('group', 2)] : []),
    numberColumn('messages'),
    numberColumn('committed'),
    numberColumn('lag'),
  ]
  const rows = partitions.map((one): Cell[] => [
    quoted(`${one.topic}#${one.partition}`),
    ...(several ? [quoted(one.group)] : []),
    count(one.messages),
    one.committed === null ? 'none' : count(Number(one.committed)),
    one.lag === null ? '' : count(one.lag),
  ])
  return [
    section('Partitions', "committed: the next offset to read. lag: from there to the log's end."),
    table(columns, rows, 'partitions', PARTITIONS_SHOWN),
  ]
}
