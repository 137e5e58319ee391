import {
  type Block,
  type Cell,
  graphColumn,
  notice,
  numberColumn,
  paragraph,
  table,
  toned,
} from '../blocks.ts'
import { highestOf } from '../text/bars.ts'
import { numberRanges } from '../text/number-ranges.ts'
import { bytes, count, percent, plural } from '../text/numbers.ts'
import type { ShownLane } from './lane-comparison.ts'

const SLOTS_SHOWN = 16

/** The load of every slot with bars, idle slots by number; the busiest alone where there are many. */
export function slotBlocks(lane: ShownLane): Block[] {
  const many = lane.slots.length > SLOTS_SHOWN + 1
  const shown = many ? lane.slots.toSorted((a, b) => b.messages - a.messages) : lane.slots
  const withBytes = lane.bytes !== undefined
  const columns = [
    numberColumn('slot'),
    numberColumn('messages'),
    ...(withBytes ? [numberColumn('bytes', 1)] : []),
    numberColumn('keys', 2),
    numberColumn('share'),
    graphColumn(''),
  ]
  const highest = highestOf(lane.slots.map(({ messages }) => messages))
  const rows = shown.map((slot): Cell[] => [
    count(slot.index),
    count(slot.messages),
    ...(withBytes ? [bytes(lane.bytes?.[slot.index] ?? 0)] : []),
    count(slot.keys),
    percent(slot.share),
    { bar: slot.messages / highest },
  ])
  return [table(columns, rows, 'slots, less busy', SLOTS_SHOWN), ...idleBlocks(lane)]
}

function idleBlocks({ slots, errors, messages }: ShownLane): Block[] {
  const idle = slots.filter((slot) => slot.messages === 0).map(({ index }) => index)
  const blocks: Block[] = []
  if (idle.length > 0 && messages > 0) {
    const names = `${plural(idle.length, 'idle slot')}: ${numberRanges(idle)}`
    blocks.push(paragraph(toned(names, 'warn')))
  }
  if (errors > 0) {
    const text = `The reducer could not place ${plural(errors, 'message')}, which stand in slot 0.`
    const advice = 'A reducer must give an integer from 0 to n-1.'
    blocks.push(notice('bad', text, advice))
  }
  return blocks
}
