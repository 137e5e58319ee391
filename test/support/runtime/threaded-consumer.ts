import { threadId } from 'node:worker_threads'
import { bytesOf } from '../../../src/domain/model/key-text.ts'
import { Consumer } from '../../../src/runtime/consumer.ts'

/** Writes what it sees to the topic `seen`, and does what values ask for. */
export default class ThreadedConsumer extends Consumer {
  private inside = 0

  async consume(): Promise<void> {
    for (const message of this.messages) {
      await this.synchronize(async () => {
        this.inside++
        if (this.inside > 1) throw new Error('two at once')
        await this.say(`${threadId} ${this.virtualPartition} ${message.offset} ${message.payload}`)
        this.inside--
      })
      if (message.payload === 'fail') throw new TypeError('asked to fail')
      if (message.payload === 'die') process.exit(3)
      if (message.payload === 'now') {
        const isDone = await this.markAsConsumedNow(message, 'from a thread')
        await this.say(`marked ${isDone}`)
      } else this.markAsConsumed(message)
    }
  }

  override async shutdown(): Promise<void> {
    await this.say(`shutdown ${this.virtualPartition}`)
  }

  private say(text: string): Promise<void> {
    return this.produce('seen', { key: null, value: bytesOf(text), partition: 0 })
  }
}

/** The same as functions. */
export const each = {
  eachMessage(message: { readonly payload: unknown }): void {
    if (message.payload === 'fail') throw new TypeError('asked to fail')
  },
}
