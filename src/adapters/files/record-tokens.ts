/** What a field's value is: CSV cells are strings, absent ones have no kind. */
export type TokenKind = 'string' | 'number' | 'true' | 'false' | 'null' | 'object' | 'array'

/** The fields of a record, whatever a format calls them. */
export type FieldName =
  | 'topic'
  | 'partition'
  | 'offset'
  | 'timestamp'
  | 'key'
  | 'keyBase64'
  | 'value'
  | 'valueBase64'
  | 'headers'

/** Where a field's value is in the input: `bytes[start, stop)`, of a string without its quotes. */
export interface FieldToken {
  /** Null where the record lacks the field. */
  kind: TokenKind | null
  start: number
  stop: number
  /** Of a string: how many bytes fewer it has once its JSON escapes are decoded. */
  shrink: number
  /** Of a string: one of its escapes is half a surrogate pair, which no bytes stand for. */
  unpaired: boolean
}

/** The tokens of one record; the same object serves every record. */
export type RecordTokens = Record<FieldName, FieldToken>

/** Tokens of a record without any field. */
export function noTokens(): RecordTokens {
  return {
    topic: noToken(),
    partition: noToken(),
    offset: noToken(),
    timestamp: noToken(),
    key: noToken(),
    keyBase64: noToken(),
    value: noToken(),
    valueBase64: noToken(),
    headers: noToken(),
  }
}

/** A token of a field that a record lacks. */
export function noToken(): FieldToken {
  return { kind: null, start: 0, stop: 0, shrink: 0, unpaired: false }
}

/** True where the record lacks the field, or it is null. */
export function isAbsent({ kind }: FieldToken): boolean {
  return kind === null || kind === 'null'
}

/** True when `bytes[start, stop)` are the known ones. */
export function sameBytes(
  known: Uint8Array,
  bytes: Uint8Array,
  start: number,
  stop: number,
): boolean {
  if (stop - start !== known.length) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false
  return true
}
