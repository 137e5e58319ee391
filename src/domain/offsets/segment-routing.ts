import { RoutingError } from '../../errors.ts'
import { ABSENT, type MessageBatch } from '../model/message-batch.ts'
import { md5 } from '../routing/hash/md5.ts'
import type { Partitioner, Reducer } from '../routing/types.ts'
import type { PlannedStrategy } from './plan.ts'

/** How messages are spread over segments. */
export interface SegmentRouting {
  readonly name: string
  readonly partitioner: Partitioner
  readonly reducer: Reducer
}

/** Keys of every shape that people use; few enough to be routed at once. */
const PROBES = [
  '',
  'a',
  'user-1',
  'order-123',
  'ü',
  ...Array.from({ length: 59 }, (_, i) => `${i}`),
]

/** The segment of a batch's row; a message that cannot be placed is segment 0's (P4). */
export function segmentOf(
  { partitioner, reducer }: SegmentRouting,
  batch: MessageBatch,
  row: number,
  count: number,
): number {
  try {
    if (!partitioner.readsKeyOnly) {
      return reducer.slotOf(partitioner.keyOf(batch.message(row)), count)
    }
    const start = batch.keyStart[row]!
    const length = batch.keyLength[row]!
    const end = length === ABSENT ? start : start + length
    return reducer.slotOfBytes(batch.bytes, start, end, count)
  } catch (error) {
    if (error instanceof RoutingError) return 0
    throw error
  }
}

/** A strategy as plans have it: of functions of the user's the text counts, not the name alone. */
export function plannedStrategy(routing: SegmentRouting): PlannedStrategy {
  const { name, partitioner, reducer } = routing
  const encoder = new TextEncoder()
  const slots = PROBES.map((probe) => slotOrError(reducer, encoder.encode(probe)))
  const told = JSON.stringify([...definitionOf(partitioner), ...definitionOf(reducer), slots])
  const bytes = encoder.encode(told)
  const digest = new Uint32Array(4)
  md5(bytes, 0, bytes.length, digest)
  const fingerprint = Array.from(digest, (word) => word.toString(16).padStart(8, '0')).join('')
  return { name, partitioner: partitioner.name, reducer: reducer.name, fingerprint }
}

function definitionOf({ name, definition = '' }: Partitioner | Reducer): string[] {
  return [name, definition]
}

/** Over a prime number of slots, so that reducers that agree for small ones are told apart. */
function slotOrError(reducer: Reducer, bytes: Uint8Array): number | null {
  try {
    return reducer.slotOfBytes(bytes, 0, bytes.length, 997)
  } catch (error) {
    if (error instanceof RoutingError) return null
    throw error
  }
}
