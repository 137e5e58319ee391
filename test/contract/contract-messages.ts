import type { Header, Message } from '../../src/domain/model/message.ts'
import { ABSENT } from '../../src/domain/model/message-batch.ts'
import type { Selection } from '../../src/domain/model/selection.ts'
import type { MessageSource } from '../../src/ports/message-source.ts'

/** A message as the suite puts it into a log; its offset is its place in the partition. */
export interface ContractMessage {
  readonly partition: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
  readonly timestamp: number
}

export type ReadMessage = Omit<Message, 'topic'>

/** The row's columns, copied out of a lent batch. */
export interface ReadRow {
  readonly key: Uint8Array | null
  readonly keyLength: number
  readonly valueLength: number
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}

/** A second by second clock that starts on a fixed day. */
export function clock(seconds: number): number {
  return Date.UTC(2026, 0, 5, 8) + seconds * 1000
}

/** A message of a partition, plain unless told otherwise. */
export function at(partition: number, given: Partial<ContractMessage>): ContractMessage {
  const value = Buffer.from('value')
  return { partition, key: null, value, headers: [], timestamp: clock(0), ...given }
}

/** `count` messages dealt to partitions 0..n-1 in turn: keys k0, k1, .., a second apart. */
export function numbered(count: number, partitions: number): ContractMessage[] {
  return Array.from({ length: count }, (_, i) => {
    const key = Buffer.from(`k${i}`)
    const value = Buffer.from(JSON.stringify({ number: i }))
    return { partition: i % partitions, key, value, headers: [], timestamp: clock(i) }
  })
}

/** Whole messages, copied: what a batch lends ends with the next one. */
export async function readAll(
  source: MessageSource,
  selection: Selection,
  signal?: AbortSignal,
): Promise<ReadMessage[]> {
  const read: ReadMessage[] = []
  for await (const batch of source.read(selection, signal)) {
    for (let row = 0; row < batch.count; row++) {
      const { topic: _, ...message } = batch.message(row)
      const headers = message.headers.map(({ name, value }) => ({ name, value: copy(value) }))
      read.push({ ...message, key: copy(message.key), value: copy(message.value), headers })
    }
  }
  return read
}

/** The columns alone, as the key profile reads them. */
export async function readColumns(source: MessageSource, selection: Selection): Promise<ReadRow[]> {
  const rows: ReadRow[] = []
  for await (const batch of source.read(selection)) {
    for (let row = 0; row < batch.count; row++) {
      const start = batch.keyStart[row]!
      const keyLength = batch.keyLength[row]!
      const key = keyLength === ABSENT ? null : batch.bytes.slice(start, start + keyLength)
      rows.push({
        key: copy(key),
        keyLength,
        valueLength: batch.valueLength[row]!,
        partition: batch.partition[row]!,
        offset: batch.offset[row]!,
        timestamp: batch.timestamp[row]!,
      })
    }
  }
  return rows
}

export function inPartition<M extends { readonly partition: number }>(
  messages: readonly M[],
  partition: number,
): M[] {
  return messages.filter((message) => message.partition === partition)
}

export function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString()
}

function copy(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.from(bytes)
}
