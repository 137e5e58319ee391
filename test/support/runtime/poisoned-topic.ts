import type { Message } from '../../../src/domain/model/message.ts'
import { type NewMessage, produce } from '../kafka/produce.ts'
import { POISON } from './saying-consumers.ts'

/** Writes messages of a few keys, some of them poison with values of all kinds. @returns their places */
export async function producePoisoned(
  brokers: string,
  topic: string,
  { partitions, perPartition, every }: PoisonPlan,
): Promise<string[]> {
  const messages: NewMessage[] = []
  const places: string[] = []
  for (let partition = 0; partition < partitions; partition++) {
    for (let i = 0; i < perPartition; i++) {
      const message = { key: `user-${partition}-${i % 23}`, value: `${i}`, partition }
      if ((i + 7 * partition) % every !== every - 1) {
        messages.push(message)
        continue
      }
      const value = VALUES[places.length % VALUES.length]!
      messages.push({ ...message, value, headers: { trace: `t${i}`, [POISON]: '' } })
      places.push(`${partition}/${i}`)
    }
  }
  await produce(brokers, topic, messages)
  return places
}

export interface PoisonPlan {
  readonly partitions: number
  readonly perPartition: number
  /** Each so-manieth message of a partition is poison. */
  readonly every: number
}

/** None is text that could be written anew. */
const VALUES = [null, '', new Uint8Array([0, 255, 254, 10, 13]), '{"a":\u00a01}'] as const

/** What a dead letter is besides its own offset and time: bytes, and headers in their order. */
export function contentOf({ key, value, headers }: Message) {
  const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('base64')
  return {
    key: text(key),
    value: text(value),
    headers: headers.map((header) => [header.name, text(header.value)]),
  }
}

/** The headers that say where a letter came from (D4). */
export function sourceOf({ headers }: Message): Record<string, string> {
  return Object.fromEntries(
    headers
      .filter(({ name }) => name.startsWith('source_'))
      .map(({ name, value }) => [name, Buffer.from(value ?? []).toString()]),
  )
}
