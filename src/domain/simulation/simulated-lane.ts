import { laneSums } from '../keys/lane-sums.ts'
import { type KeyLoad, keyLoadOf, laneFigures } from '../keys/lanes.ts'
import type { LaneSpec } from '../routing/types.ts'
import { FAILED_KEY, type KeyStream, NULL_KEY } from './key-stream.ts'
import type { SimulatedLane } from './simulation.ts'

/** The keys of a stream with their totals, as lanes are made of them. */
export function loadOf(stream: KeyStream): KeyLoad {
  return keyLoadOf(stream.table, {
    messages: stream.messagesOf(NULL_KEY),
    bytes: stream.bytesOf(NULL_KEY),
    refused: stream.messagesOf(FAILED_KEY),
    refusedBytes: stream.bytesOf(FAILED_KEY),
  })
}

/**
 * A lane with its bytes per slot. Messages whose partitioner threw are in slot 0 of segments and
 * virtual partitions, like those whose key the reducer refuses, which are its errors (P4).
 */
export function simulatedLane(spec: LaneSpec, load: KeyLoad): SimulatedLane {
  const sums = laneSums(spec, load.table, load.nulls)
  return { ...laneFigures(spec, load, sums), bytes: [...sums.bytes] }
}
