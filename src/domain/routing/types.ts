import type { Message } from '../model/message.ts'

/** What a partitioner gives for a message: the thing that must stay together (R1). */
export type VirtualKey = string | number | bigint | boolean | Uint8Array | null | undefined

/** Message -> virtual key. Called once per message, in log order; may keep state (R1, R5). */
export interface Partitioner {
  /** As it is written on the command line: `key`, `header:user_id`, `payload:/user/id`. */
  readonly name: string
  /** True for `key` alone, whose bytes need no message object: the fast path. */
  readonly readsKeyOnly: boolean
  /** The reducer that goes with it unless told otherwise: `identity` for slots, else null (R5). */
  readonly preferredReducer: string | null
  /** The text of a function of the user's: two of one name may differ. Absent for what is built in. */
  readonly definition?: string
  keyOf(message: Message): VirtualKey
}

/** Virtual key and number of slots -> slot 0..n-1 (R2, R3). Pure: equal input, equal slot. */
export interface Reducer {
  readonly name: string
  /** As a partitioner's. */
  readonly definition?: string
  /** @throws RoutingError when it gives no slot in 0..n-1, or for a key it cannot take (R4) */
  slotOf(key: VirtualKey, count: number): number
  /** The same for the canonical bytes of a key, `bytes[start..end)`, without making a key. */
  slotOfBytes(bytes: Uint8Array, start: number, end: number, count: number): number
  /** The arithmetic as a person would write it: `49+52 = 101 -> 101 mod 5 = 1`. */
  explain(key: VirtualKey, count: number): string
}

export const LAYERS = ['partition', 'segment', 'virtualPartition'] as const
/** Physical partitions, parallel segments (consumer groups), virtual partitions (workers). */
export type Layer = (typeof LAYERS)[number]

/** One way to spread keys over slots, to be looked at on its own. */
export interface LaneSpec {
  readonly layer: Layer
  readonly count: number
  readonly reducer: Reducer
}
