import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Consumer } from '../../../src/runtime/consumer.ts'

/** A job takes a while to end when its partition is taken away, and its hook as well. */
const SLOW_MS = 400

/**
 * Consumers that sit on their first messages until they are asked to give up their partition; then
 * they finish four and say what happens. @returns also what resolves when two partitions are sat on
 */
export function handingOver(say: (partition: number, what: string) => void) {
  let left = 2
  const at = Promise.withResolvers<void>()
  class HandingOver extends Consumer {
    private mine = -1

    async consume(): Promise<void> {
      this.mine = this.partition
      say(this.mine, `has ${this.messages[0]!.offset}`)
      if (--left === 0) at.resolve()
      await once(this.revokedSignal, 'abort')
      say(this.mine, 'asked to end')
      await sleep(SLOW_MS)
      this.markAsConsumed(this.messages[3]!)
      say(this.mine, `ends at ${this.messages[3]!.offset}`)
    }

    override async revoked(): Promise<void> {
      await sleep(SLOW_MS)
      say(this.mine, 'hook')
    }
  }
  return { HandingOver, isAtIt: at.promise }
}
