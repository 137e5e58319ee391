/**
 * Imports events in bulk. A row may need one that is still on its way in another virtual partition;
 * the warehouse refuses it then, which is no error: the partition is replayed in log order.
 */
import { type ConsumedMessage, Consumer } from 'pstool'
import type { Settings } from './settings.ts'

/** An event: `open` makes an account, everything else needs one. */
export interface AccountEvent {
  readonly account: string
  readonly kind: 'open' | 'deposit'
}

/** Stands in for a database. A row that is there already is taken once more without effect. */
export class Warehouse {
  readonly rows = new Map<bigint, AccountEvent>()
  private readonly accounts = new Set<string>()

  /** Takes what it can. @returns the messages that it could not take */
  async insert(messages: readonly ConsumedMessage[]): Promise<readonly ConsumedMessage[]> {
    await new Promise((resolve) => setImmediate(resolve))
    return messages.filter((message) => {
      const event = message.payload as AccountEvent
      if (event.kind === 'open') this.accounts.add(event.account)
      else if (!this.accounts.has(event.account)) return true
      if (!this.rows.has(message.offset)) this.rows.set(message.offset, event)
      return false
    })
  }
}
export const warehouse = new Warehouse()

/** Replays what was refused, and all that came after it, in log order. */
export class ImportConsumer extends Consumer {
  async consume(): Promise<void> {
    const refused = await warehouse.insert(this.messages)
    const [first] = refused
    if (first === undefined) return
    const healthy = this.messages[this.messages.indexOf(first) - 1]
    // A mark covers everything before it in this virtual partition, so it stops short of the first one.
    if (healthy !== undefined) this.markAsConsumed(healthy)
    // Several virtual partitions may ask at once: the highest collapse and the lowest pause win (C2, C3).
    this.collapseUntil(refused.at(-1)!.offset)
    this.pause(first.offset, 5_000)
  }
}

/** Dealt out by chance of arrival, not by account: fast, and wrong often enough to show the replay. */
export const settings: Settings = {
  group: 'import',
  topics: [
    {
      topic: 'account_events',
      consumer: ImportConsumer,
      virtualPartitions: { partitioner: 'round-robin', maxPartitions: 4 },
    },
  ],
}
