import type { SimulatedLane } from '../../../domain/simulation/simulation.ts'
import { type Block, section } from '../../blocks.ts'
import { collisionBlocks } from '../collision-blocks.ts'
import { selectedNote } from '../lane-comparison.ts'
import { slotsOf } from '../lane-names.ts'
import { slotBlocks } from '../slot-blocks.ts'

/**
 * The load of every slot of every lane, and the keys that collide in it.
 * @param isPart whether only some of the log's partitions were read
 */
export function laneBlocks(
  lanes: readonly SimulatedLane[],
  name: string,
  isPart: boolean,
): Block[] {
  return lanes.flatMap((lane) => [
    section(`${name}${slotsOf(lane.layer, lane.count)} by ${lane.reducer}`),
    ...selectedNote(lane, isPart),
    ...slotBlocks(lane),
    ...collisionBlocks(lane),
  ])
}
