import type { Collision } from '../../domain/keys/key-profile.ts'
import { type Block, listing, paragraph } from '../blocks.ts'
import type { ShownLane } from './lane-comparison.ts'
import { layerName } from './lane-names.ts'

const SLOTS_SHOWN = 3
const KEYS_SHOWN = 6

/** Which top keys share a slot though others are free of them, with the arithmetic that says why. */
export function collisionBlocks(lane: ShownLane): Block[] {
  const shown = lane.collisions.slice(0, SLOTS_SHOWN)
  const left = lane.collisions.length - shown.length
  const blocks = shown.flatMap((collision) => collisionOf(lane, collision))
  return left === 0 ? blocks : [...blocks, listing([], { left, what: 'shared slots' })]
}

function collisionOf({ layer, count, reducer }: ShownLane, collision: Collision): Block[] {
  const { slot, keys, arithmetic } = collision
  const left = arithmetic.length - KEYS_SHOWN
  const where = `${layerName(layer)} ${slot} of ${count} by ${reducer}`
  return [
    paragraph(`${keys.length} top keys share ${where}:`),
    left <= 1
      ? listing(arithmetic)
      : listing(arithmetic.slice(0, KEYS_SHOWN), { left, what: 'keys in it' }),
  ]
}
