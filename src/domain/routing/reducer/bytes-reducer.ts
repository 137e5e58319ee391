import type { Reducer } from '../types.ts'
import { reducedBytes } from '../virtual-key.ts'

type SlotOfBytes = Reducer['slotOfBytes']

/** A reducer that knows a key by its canonical bytes alone: no key is the empty text (R2). */
export function bytesReducer(
  name: string,
  slotOfBytes: SlotOfBytes,
  explainBytes: (bytes: Uint8Array, count: number) => string,
): Reducer {
  return {
    name,
    slotOfBytes,
    slotOf(key, count) {
      const bytes = reducedBytes(key)
      return slotOfBytes(bytes, 0, bytes.length, count)
    },
    explain: (key, count) => explainBytes(reducedBytes(key), count),
  }
}
