import type { KeyProfileDocument, LaneFigures } from '../../../domain/keys/key-profile.ts'
import { type Block, listing, paragraph, quoted, section, table, textColumn } from '../../blocks.ts'
import { collisionBlocks } from '../collision-blocks.ts'
import { LANE_COLUMNS, LANE_DEFINITIONS, laneCells, laneGroups } from '../lane-comparison.ts'
import { slotsOf } from '../lane-names.ts'
import { slotBlocks } from '../slot-blocks.ts'

/** A few show what the arithmetic does; where many reducers are compared, most have some. */
const COLLIDING_SHOWN = 3
const OF_SELECTED =
  'Only the keys of the selected partitions are spread here: this is no figure of the whole topic.'
const ESTIMATED = ' The keys per slot are estimates.'

/** Reducers side by side per layer and count, the slots of the first, and what collides. */
export function laneBlocks({ lanes, exact, messages, read }: KeyProfileDocument): Block[] {
  if (lanes.length === 0 || messages === 0) return []
  return [
    section('Keys over slots', LANE_DEFINITIONS + (exact ? '' : ESTIMATED)),
    ...laneGroups(lanes).flatMap((group) => groupBlocks(group, read.partitions !== null)),
    ...collisions(lanes),
  ]
}

function groupBlocks(group: readonly LaneFigures[], isPart: boolean): Block[] {
  const first = group[0]!
  const rows = group.map((lane) => [quoted(lane.reducer), ...laneCells(lane)])
  return [
    section(slotsOf(first.layer, first.count), '', 2),
    table([textColumn('reducer'), ...LANE_COLUMNS], rows),
    ...(isPart && first.layer === 'partition' ? [paragraph(OF_SELECTED)] : []),
    ...(group.length > 1 ? [paragraph(`slots by ${first.reducer}:`)] : []),
    ...slotBlocks(first),
  ]
}

function collisions(lanes: readonly LaneFigures[]): Block[] {
  const colliding = lanes.filter((lane) => lane.collisions.length > 0)
  if (colliding.length === 0) return []
  const left = colliding.slice(COLLIDING_SHOWN).flatMap((lane) => lane.collisions)
  const elsewhere = 'shared slots by other reducers and counts'
  return [
    section('Collisions', 'Top keys that share a slot though other slots have none of them.'),
    ...colliding.slice(0, COLLIDING_SHOWN).flatMap((lane) => collisionBlocks(lane)),
    ...(left.length === 0 ? [] : [listing([], { left: left.length, what: elsewhere })]),
  ]
}
