import { textOf } from '../../domain/model/key-text.ts'
import type { Header, Message } from '../../domain/model/message.ts'
import { ABSENT, type MessageBatch } from '../../domain/model/message-batch.ts'

/** A message as one line of NDJSON, with its line feed; it reads back as the same message. */
export function messageLine(message: Message): string {
  const { key, value, headers, timestamp, partition, offset, topic } = message
  const parts = [
    bytesMember('key', key),
    bytesMember('value', value),
    ...(headers.length === 0 ? [] : [`"headers":${headersJson(headers)}`]),
    ...placeMembers(timestamp, partition, offset === null ? null : String(offset), topic),
  ]
  return `{${parts.join(',')}}\n`
}

/**
 * A row's key and place as one line of NDJSON; the value is left out, and so is an offset of 2^53 or
 * more, which the column has rounded: none is better than a wrong one.
 */
export function keyLine(batch: MessageBatch, row: number): string {
  const start = batch.keyStart[row]!
  const length = batch.keyLength[row]!
  const key = length === ABSENT ? null : batch.bytes.subarray(start, start + length)
  const offset = batch.offset[row]!
  const timestamp = batch.timestamp[row]!
  const parts = [
    bytesMember('key', key),
    ...placeMembers(
      Number.isNaN(timestamp) ? null : timestamp,
      batch.partition[row]!,
      Number.isSafeInteger(offset) ? String(offset) : null,
      batch.topic,
    ),
  ]
  return `{${parts.join(',')}}\n`
}

function placeMembers(
  timestamp: number | null,
  partition: number,
  offset: string | null,
  topic: string,
): string[] {
  return [
    ...(timestamp === null ? [] : [`"timestamp":${timestamp}`]),
    ...(partition < 0 ? [] : [`"partition":${partition}`]),
    ...(offset === null ? [] : [`"offset":${offset}`]),
    `"topic":${JSON.stringify(topic)}`,
  ]
}

function bytesMember(name: string, bytes: Uint8Array | null): string {
  if (bytes === null) return `"${name}":null`
  const text = textOf(bytes)
  return text === null ? `"${name}Base64":"${base64(bytes)}"` : `"${name}":${JSON.stringify(text)}`
}

/** An object, which reads best; kcat's flat array where a name comes more than once. */
function headersJson(headers: readonly Header[]): string {
  const pairs = headers.map(({ name, value }) => [JSON.stringify(name), headerValue(value)])
  const unique = new Set(headers.map(({ name }) => name)).size === headers.length
  return unique
    ? `{${pairs.map((pair) => pair.join(':')).join(',')}}`
    : `[${pairs.map((pair) => pair.join(',')).join(',')}]`
}

function headerValue(bytes: Uint8Array | null): string {
  if (bytes === null) return 'null'
  const text = textOf(bytes)
  return text === null ? `{"base64":"${base64(bytes)}"}` : JSON.stringify(text)
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}
