import type { Message } from '../../../src/domain/model/message.ts'

/** Messages of these keys, with offsets from 0 on. */
export function messagesOf(keys: readonly (string | null)[]): Message[] {
  return keys.map((key, offset) => ({
    topic: 'orders',
    partition: 0,
    offset: BigInt(offset),
    key: key === null ? null : Buffer.from(key),
    value: null,
    headers: [],
    timestamp: null,
  }))
}
