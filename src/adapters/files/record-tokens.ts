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

function noToken(): FieldToken {
  return { kind: null, start: 0, stop: 0, shrink: 0 }
}
