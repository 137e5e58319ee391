/** A message that keeps failing leaves the way of the others after a collapsed retry (D). */
import type { ConsumedMessage } from 'pstool'
import type { Settings } from './settings.ts'

/** Orders whose state was written, by the id in their header. */
export const states = new Map<string, string>()

/** The header as text; null where the message has none. */
function headerOf({ headers }: ConsumedMessage, name: string): string | null {
  const value = headers.find((header) => header.name === name)?.value
  return value ? Buffer.from(value).toString() : null
}

/** Message by message: each is marked when it is done, so exactly the failing one is given up (D3). */
export const settings: Settings = {
  group: 'order-states',
  topics: [
    {
      topic: 'orders_states',
      eachMessage(message) {
        const order = headerOf(message, 'order_id')
        if (order === null) throw new TypeError('no order_id')
        states.set(order, String((message.payload as { readonly state: unknown }).state))
      },
      virtualPartitions: { partitioner: 'header:order_id' },
      // One retry at least: virtual partitions find out who fails in the collapsed run (D1).
      deadLetterQueue: { topic: 'dead_messages', maxRetries: 1 },
    },
  ],
}
