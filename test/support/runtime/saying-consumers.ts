import { setTimeout as sleep } from 'node:timers/promises'
import { textOf } from '../../../src/domain/model/key-text.ts'
import {
  type ConsumedMessage,
  Consumer,
  type ConsumerClass,
  type ConsumerContext,
} from '../../../src/runtime/consumer.ts'
import type { Runtime } from '../../../src/runtime/create-runtime.ts'

/** A header of messages that fail whenever they are tried. */
export const POISON = 'poison'

/** Consumers that say a line for everything they do: see `parseSaying`. */
export interface SayingConsumers {
  /** Does a message, and says when it begins and ends. */
  readonly eachMessage: (message: ConsumedMessage, context: ConsumerContext) => Promise<void>
  /** The same as a class; for manual offset management, because it ends its jobs when revoked. */
  readonly consumer: ConsumerClass
  /** Says what the runtime tells about its partitions, from now on. */
  follow(runtime: Runtime): void
}

/** @param workMs a message takes up to that long; 0: no time */
export function sayingConsumers(
  name: string,
  workMs: number,
  write: (line: string) => void,
): SayingConsumers {
  const say = (...words: readonly (string | number)[]) => write(`${name} ${words.join(' ')}`)
  /** How often each partition became ours. */
  const ownerships = new Map<number, number>()
  const ownershipOf = (partition: number) => ownerships.get(partition) ?? 0

  const eachMessage = async (message: ConsumedMessage, at: ConsumerContext): Promise<void> => {
    const { partition, virtualPartition } = at
    const about = [partition, ownershipOf(partition), virtualPartition, String(message.offset)]
    const key = textOf(message.key!)!
    say('start', ...about, key)
    // An uneven load by the message alone: some of a job take no time at all.
    const ms = (Number(message.offset) * 2_654_435_761) % (workMs + 1)
    if (ms >= 1) await sleep(ms)
    if (message.headers.some((header) => header.name === POISON)) {
      say('fail', ...about, key)
      throw new TypeError('poisoned')
    }
    say('end', ...about, key)
  }

  class SayingConsumer extends Consumer {
    private owned: readonly [number, number, number] | null = null

    async consume(): Promise<void> {
      this.owned ??= [this.partition, ownershipOf(this.partition), this.virtualPartition]
      for (const message of this.messages) {
        if (this.revokedSignal.aborted) return
        await eachMessage(message, this)
        this.markAsConsumed(message)
      }
    }

    override revoked(): void {
      say('hook', ...this.owned!, 'revoked')
    }

    override shutdown(): void {
      say('hook', ...this.owned!, 'shutdown')
    }
  }

  return {
    eachMessage,
    consumer: SayingConsumer,
    follow(runtime) {
      runtime.on('partition.assigned', ({ partition, position }) => {
        const ownership = ownershipOf(partition) + 1
        ownerships.set(partition, ownership)
        say('assigned', partition, ownership, position)
      })
      runtime.on('offset.committed', ({ partition, offset }) =>
        say('committed', partition, ownershipOf(partition), offset),
      )
      runtime.on('partition.revoked', ({ partition, reason }) =>
        say('gone', partition, ownershipOf(partition), reason),
      )
      runtime.on('dead-letter.dispatched', ({ partition, offset }) =>
        say('letter', partition, ownershipOf(partition), offset),
      )
      runtime.on('error.occurred', ({ type, error }) => {
        if (type !== 'consumer.consume.error') say('error', type, JSON.stringify(String(error)))
      })
    },
  }
}
