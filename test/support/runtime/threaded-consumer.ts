import { threadId } from 'node:worker_threads'
import { bytesOf } from '../../../src/domain/model/key-text.ts'
import {
  type ConsumedMessage,
  Consumer,
  type ConsumerContext,
} from '../../../src/runtime/consumer.ts'

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
  eachMessage(message: { readonly payload: unknown }): Promise<void> | undefined {
    if (message.payload === 'fail') throw new TypeError('asked to fail')
    if (message.payload === 'die') process.exit(3)
    if (message.payload !== 'stray') return undefined
    queueMicrotask(() => fail())
    return new Promise(() => {})
  },
}

/** Does once what no consumer should, as its message says; then all is well. */
const done = new Set<string>()
export const odd = {
  eachMessage(message: ConsumedMessage, context: ConsumerContext): void {
    const what = String(message.payload)
    if (done.has(what)) return
    done.add(what)
    if (what === 'pause') context.pause(message.offset, Number.NaN)
    if (what === 'metadata') context.markAsConsumed(message, 5 as unknown as string)
    if (what === 'foreign') context.markAsConsumed({ ...plain(message), partition: 7 })
    if (what === 'message') throw Object.assign(new Error('odd'), { message: () => 'a function' })
    if (what === 'getters') throw Object.defineProperty({}, 'offset', { get: () => fail() })
    if (what === 'symbol') throw Symbol('odd')
    if (what === 'no text') throw Object.create(null)
    if (what === 'undefined') throw undefined
  },
}

function plain({ topic, partition, offset, key, value, headers, timestamp }: ConsumedMessage) {
  return { topic, partition, offset, key, value, headers, timestamp }
}

function fail(): never {
  throw new Error('a bad getter')
}
