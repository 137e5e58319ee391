import type {
  KeyProfileDocument,
  PartitionLoad,
  Placement,
} from '../../../domain/keys/key-profile.ts'
import {
  type Block,
  type Cell,
  graphColumn,
  notice,
  numberColumn,
  paragraph,
  section,
  table,
} from '../../blocks.ts'
import { highestOf } from '../../text/bars.ts'
import { bytes, count, factor, percent, plural } from '../../text/numbers.ts'

const PARTITIONS_SHOWN = 16
const CANDIDATES_SHOWN = 3

/** What the physical partitions hold, and which hash put the keys there. */
export function partitionBlocks({
  partitions,
  placement,
  messages,
  read,
}: KeyProfileDocument): Block[] {
  if (partitions.length === 0 || messages === 0) return []
  return [
    section('Partitions as they are'),
    loadTable(partitions),
    paragraph(imbalanceOf(partitions, read.partitions !== null)),
    ...(placement === null ? [] : placementBlocks(placement)),
  ]
}

function loadTable(partitions: readonly PartitionLoad[]): Block {
  const highest = highestOf(partitions.map(({ messages }) => messages))
  const unkeyed = partitions.some(({ nullMessages }) => nullMessages > 0)
  const columns = [
    numberColumn('partition'),
    numberColumn('messages'),
    numberColumn('bytes', 1),
    ...(unkeyed ? [numberColumn('no key', 2)] : []),
    numberColumn('share'),
    graphColumn(''),
  ]
  const many = partitions.length > PARTITIONS_SHOWN + 1
  const shown = many ? partitions.toSorted((a, b) => b.messages - a.messages) : partitions
  const rows = shown.map((load): Cell[] => [
    load.partition < 0 ? 'unknown' : count(load.partition),
    count(load.messages),
    bytes(load.bytes),
    ...(unkeyed ? [count(load.nullMessages)] : []),
    percent(load.share),
    { bar: load.messages / highest },
  ])
  return table(columns, rows, 'partitions, less busy', PARTITIONS_SHOWN)
}

function imbalanceOf(partitions: readonly PartitionLoad[], isPart: boolean): string {
  const loads = partitions.map(({ messages }) => messages)
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length
  const of = isPart ? ` of the ${plural(loads.length, 'partition')} selected` : ''
  return `imbalance ${factor(mean === 0 ? 0 : highestOf(loads) / mean)} (busiest / mean${of})`
}

function placementBlocks(placement: Placement): Block[] {
  const { keysInSeveralPartitions: several } = placement
  const torn = several !== null && several > 0
  return [
    verdictOf(placement),
    ...(torn
      ? [
          notice(
            'bad',
            `${plural(several, 'key is', 'keys are')} in several partitions: their order is not kept.`,
          ),
        ]
      : []),
  ]
}

function verdictOf(placement: Placement): Block {
  const { candidates, minority, messages, partitionCount, verdict } = placement
  const [best] = candidates
  const explained = best === undefined ? '' : `${best.reducer} explains ${percent(best.explained)}`
  const asked = `of the ${plural(messages, 'keyed message')} in ${plural(partitionCount, 'partition')}`
  switch (verdict) {
    case 'consistent':
      return notice('good', `${explained} ${asked}: the producers agree.`)
    case 'mixed': {
      const rest = minority === null ? '' : `, ${minority.reducer} ${percent(minority.share)}`
      return notice('bad', `${explained}${rest} ${asked}: producers disagree.`)
    }
    case 'unkeyed':
      return notice('plain', `Keys do not choose the partition; at best ${explained}.`)
    case 'unknown':
      return notice(
        'warn',
        `No known hash explains the partitions; ${listOf(candidates)}.`,
        'A custom partitioner, or partitions were added after the messages were written.',
      )
  }
}

function listOf(candidates: Placement['candidates']): string {
  if (candidates.length === 0) return 'none was tried'
  const best = candidates.slice(0, CANDIDATES_SHOWN)
  return best.map(({ reducer, explained }) => `${reducer} ${percent(explained)}`).join(', ')
}
