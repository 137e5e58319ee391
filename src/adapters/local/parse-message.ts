import type { NewMessage } from '../../domain/model/cluster.ts'
import { bytesOf } from '../../domain/model/key-text.ts'
import type { Header } from '../../domain/model/message.ts'
import { JsonField } from './json-field.ts'

/** A message of a `local-state` document, with the offset where one is given. */
export interface ParsedMessage extends NewMessage {
  readonly givenOffset: bigint | null
  readonly field: JsonField
}

const FIELDS = [
  'partition',
  'offset',
  'key',
  'keyBase64',
  'value',
  'valueBase64',
  'headers',
  'timestamp',
] as const

/** @throws InputError that names the path */
export function parseMessage(field: JsonField): ParsedMessage {
  const { partition, offset, key, keyBase64, value, valueBase64, headers, timestamp } =
    field.members(FIELDS)
  return {
    ...(partition === undefined ? {} : { partition: partition.integer(0) }),
    givenOffset: offset === undefined ? null : offset.offset(),
    key: bytesOfEither(key, keyBase64),
    value: bytesOfEither(asText(value), valueBase64),
    headers: headers === undefined ? [] : parseHeaders(headers),
    timestamp: timestamp === undefined || timestamp.value === null ? null : timestamp.integer(0),
    field,
  }
}

/** The bytes of text or of base64; null where neither is given. */
function bytesOfEither(
  text: JsonField | undefined,
  base64: JsonField | undefined,
): Uint8Array | null {
  if (text !== undefined && base64 !== undefined) {
    throw base64.wrong('is given as text and as base64 at once', ['Leave one of the two out.'])
  }
  if (base64 !== undefined) return base64.value === null ? null : base64.base64()
  return text === undefined || text.value === null ? null : bytesOf(text.text())
}

/** A JSON value written as it is, without quotes around: its text. */
function asText(value: JsonField | undefined): JsonField | undefined {
  if (value === undefined || typeof value.value !== 'object' || value.value === null) return value
  return new JsonField(JSON.stringify(value.value), value.path)
}

/** A list of `{name, value}`, or an object where each name comes once. */
function parseHeaders(field: JsonField): Header[] {
  if (field.isObject) {
    return field
      .entries()
      .map(([name, value]) => ({ name, value: bytesOfEither(value, undefined) }))
  }
  return field.items().map((item) => {
    const { name, value, valueBase64 } = item.members(['name', 'value', 'valueBase64'])
    if (name === undefined) throw item.wrong('a header needs a name')
    return { name: name.text(), value: bytesOfEither(value, valueBase64) }
  })
}
