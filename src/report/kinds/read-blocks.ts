import type { ReadSummary } from '../../domain/model/document.ts'
import { type Block, notice, paragraph, toned } from '../blocks.ts'
import { numberRanges } from '../text/number-ranges.ts'
import { count, plural } from '../text/numbers.ts'

const SAMPLES: Readonly<Record<ReadSummary['sample'], string>> = {
  all: 'everything selected',
  head: 'from the start',
  tail: 'the end of the log',
  spread: 'stretches spread over the log',
}

/** For a report of no messages, whose sections would say nothing. */
export const nothingRead: Block = notice(
  'warn',
  'There was nothing to read.',
  'The topic or file is empty, or the selection (--from, --until, --last, --only-partitions) leaves nothing.',
)

/** What was read, in a line or two, and what was missing from it. */
export function readBlocks(read: ReadSummary): Block[] {
  const what = [
    read.sources.join(', '),
    partitionsOf(read),
    SAMPLES[read.sample] + (read.sample === 'spread' ? `, seed ${read.seed}` : ''),
    ...(read.partitioner === 'key' ? [] : [`keys by ${read.partitioner}`]),
    ...(read.skippedOffsets > 0 ? [`${plural(read.skippedOffsets, 'offset')} without data`] : []),
  ]
  const blocks: Block[] = [
    paragraph(toned(`read: ${what.filter((part) => part !== '').join('; ')}`, 'faint')),
  ]
  if (read.interrupted) {
    blocks.push(notice('warn', 'Reading was interrupted: all figures cover the part read so far.'))
  }
  if (read.badRecords > 0) {
    const lines = plural(read.badRecords, 'record')
    const verb = read.badRecords === 1 ? 'was' : 'were'
    blocks.push(notice('warn', `${lines} could not be read and ${verb} skipped.`))
  }
  return blocks
}

function partitionsOf({ ranges, partitions }: ReadSummary): string {
  const known = ranges.filter(({ partition }) => partition >= 0)
  const [first] = known
  if (first === undefined) return ''
  const topics = new Set(ranges.map(({ topic }) => topic)).size
  const several = new Set(known.map(({ topic, partition }) => `${partition} ${topic}`)).size
  if (topics > 1) return `${plural(several, 'partition')} of ${topics} topics`
  if (several > 1) {
    const which = partitions === null ? '' : `: ${numberRanges(partitions)}`
    return `${count(several)} partitions${which}`
  }
  if (known.length > 1) return `partition ${first.partition} in ${known.length} ranges`
  const offsets = first.from === null ? '' : ` offsets ${first.from} to ${first.to}, exclusive`
  return `partition ${first.partition}${offsets}`
}
