import type { LaneFigures } from '../../domain/keys/key-profile.ts'
import {
  type Block,
  type Cell,
  type Column,
  graphColumn,
  numberColumn,
  paragraph,
  type Tone,
  toned,
} from '../blocks.ts'
import { count, factor } from '../text/numbers.ts'

/** What the figures of a lane mean, said once per report. */
export const LANE_DEFINITIONS =
  'imbalance: busiest slot / mean. floor: the least that packing these keys can reach. ' +
  'avoidable: imbalance / floor. ideal: mean imbalance of an ideal random hash.'

/** Above the first the eye should fall on it, above the second something should be done. */
const AVOIDABLE = { noticeable: 1.1, bad: 1.5 }
/** A line of more slots says nothing that the figures do not. */
const LOADS_SHOWN = 32

/** A lane as a report shows it; `bytes` per slot where they were simulated. */
export type ShownLane = LaneFigures & { readonly bytes?: readonly number[] }

/** The columns that lanes are compared by; `laneCells` gives their cells. */
export const LANE_COLUMNS: readonly Column[] = [
  numberColumn('imbalance'),
  numberColumn('floor', 3),
  numberColumn('avoidable'),
  numberColumn('idle', 1),
  numberColumn('ideal', 4),
  graphColumn('load per slot', 5),
]

/** One row of `LANE_COLUMNS`. */
export function laneCells(lane: ShownLane): Cell[] {
  return [
    factor(lane.imbalance),
    factor(lane.floor),
    toned(factor(lane.avoidable), avoidableTone(lane.avoidable)),
    toned(count(lane.emptySlots), lane.emptySlots > 0 ? 'warn' : 'plain'),
    factor(lane.randomHash),
    lane.slots.length > LOADS_SHOWN ? '' : { loads: lane.slots.map(({ messages }) => messages) },
  ]
}

/** Good, warn or bad by what another reducer could win. */
function avoidableTone(avoidable: number): Tone {
  if (avoidable >= AVOIDABLE.bad) return 'bad'
  return avoidable >= AVOIDABLE.noticeable ? 'warn' : 'good'
}

/** Lanes that differ in the reducer alone, in document order. */
export function laneGroups<Lane extends ShownLane>(lanes: readonly Lane[]): readonly Lane[][] {
  return [...Map.groupBy(lanes, (lane) => `${lane.layer} ${lane.count}`).values()]
}

const OF_SELECTED =
  'Only the keys of the selected partitions are spread here: this is no figure of the whole topic.'

/** What a lane of partitions is worth where only some of the log's were read (`isPart`). */
export function selectedNote({ layer }: ShownLane, isPart: boolean): Block[] {
  return isPart && layer === 'partition' ? [paragraph(OF_SELECTED)] : []
}
