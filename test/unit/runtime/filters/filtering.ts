import type { Message } from '../../../../src/domain/model/message.ts'
import {
  type PartitionFilterOptions,
  PartitionFilters,
} from '../../../../src/runtime/filters/partition-filters.ts'

/** Messages of orders partition 0 with these keys, from an offset on. */
export const keyed = (keys: readonly (string | null)[], first = 0): readonly Message[] =>
  keys.map((key, i) =>
    message({ offset: BigInt(first + i), key: key === null ? null : Buffer.from(key) }),
  )

/** A message of orders partition 0. */
export const message = (given: Partial<Message>): Message => ({
  topic: 'orders',
  partition: 0,
  offset: 0n,
  key: null,
  value: null,
  headers: [],
  timestamp: null,
  ...given,
})

/** The filters of orders partition 0; nothing filters unless it is given. */
export const filters = (given: Partial<PartitionFilterOptions>): PartitionFilters =>
  new PartitionFilters({
    topic: 'orders',
    partition: 0,
    segment: null,
    exclusions: null,
    throttle: null,
    delay: null,
    expire: null,
    onPartitionerError: (error) => {
      throw error
    },
    ...given,
  })

export const offsetsOf = (messages: readonly Message[]): readonly number[] =>
  messages.map(({ offset }) => Number(offset))

/** What is handed out, by offset, with what holds the rest. */
export function handedOut(by: PartitionFilters, messages: readonly Message[], now = 0) {
  const offsets = offsetsOf(messages)
  const { dropped, droppedCount, take, hold } = by.apply(messages, offsets, now)
  if (dropped.length !== messages.length) throw new Error('not a flag for each message')
  if (dropped.reduce((sum, flag) => sum + flag, 0) !== droppedCount) throw new Error('miscounted')
  if (dropped.subarray(take).some((flag) => flag !== 0)) throw new Error('dropped what waits')
  return { offsets: offsets.slice(0, take).filter((_, i) => dropped[i] === 0), take, hold }
}
