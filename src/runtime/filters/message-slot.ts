import type { Message } from '../../domain/model/message.ts'
import type { Partitioner, Reducer } from '../../domain/routing/types.ts'
import { RoutingError } from '../../errors.ts'

const EMPTY = new Uint8Array(0)

/**
 * The slot of a message, 0..count-1. Keys alone are reduced without asking the partitioner, and the
 * value is touched only by a partitioner that reads it (P2).
 * @throws what partitioner or reducer throw, and RoutingError for what is no slot (R4)
 */
export function slotOfMessage(
  { partitioner, reducer }: { readonly partitioner: Partitioner; readonly reducer: Reducer },
  message: Message,
  count: number,
): number {
  if (partitioner.readsKeyOnly) {
    const key = message.key ?? EMPTY
    return checked(reducer, reducer.slotOfBytes(key, 0, key.length, count), count)
  }
  return checked(reducer, reducer.slotOf(partitioner.keyOf(message), count), count)
}

function checked({ name }: Reducer, slot: number, count: number): number {
  if (Number.isInteger(slot) && slot >= 0 && slot < count) return slot
  throw new RoutingError(
    'routing.bad-slot',
    `reducer ${name} gave ${slot} where an integer from 0 to ${count - 1} is needed`,
  )
}
