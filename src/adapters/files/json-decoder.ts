import type { BadRecords } from './bad-records.ts'
import type { ByteWindow } from './byte-window.ts'
import { JsonFields, NO_NAMES, type Vocabulary } from './json-fields.ts'
import { JsonScanner } from './json-scanner.ts'
import { noKeys } from './no-keys.ts'
import type { RecordDecoder } from './record-decoder.ts'
import type { RecordRows } from './record-rows.ts'
import type { FieldName } from './record-tokens.ts'
import type { WindowBatch } from './window-batch.ts'

/** A record that has none of these was not made for this tool. */
const OURS: readonly FieldName[] = ['key', 'keyBase64', 'value', 'valueBase64']

/**
 * One JSON object a line; lines of white space alone are passed over. The first record decides what
 * all of them are: messages with their parts, or plain events, which are values as they are.
 */
export class JsonDecoder implements RecordDecoder {
  private readonly scanner = new JsonScanner()
  private fields: JsonFields
  private areEvents: boolean | null = null
  private readonly rows: RecordRows
  private readonly bad: BadRecords
  private readonly file: string

  constructor(vocabulary: Vocabulary, rows: RecordRows, bad: BadRecords, file: string) {
    this.fields = new JsonFields(this.scanner, vocabulary)
    this.rows = rows
    this.bad = bad
    this.file = file
  }

  decode(window: ByteWindow, batch: WindowBatch, maxRows: number): void {
    const { bytes } = window
    while (batch.count < maxRows) {
      const { start } = window
      const stop = window.lineEnd()
      if (stop < 0) return
      if (!this.isBlank(bytes, start, stop)) {
        let reason = this.scan(bytes, start, stop, batch)
        if (reason === null) {
          const { tokens } = this.fields
          if (this.rows.isOtherTopic(bytes, tokens.topic, batch)) return
          batch.startsAt(window.line)
          reason = this.rows.add(bytes, tokens, batch)
        }
        if (reason !== null) this.bad.add(window.line, reason, bytes.subarray(start, stop))
      }
      window.start = Math.min(stop + 1, window.end)
      window.line++
    }
  }

  private scan(bytes: Uint8Array, start: number, stop: number, batch: WindowBatch): string | null {
    const { scanner } = this
    if (!this.fields.scan(bytes, start, stop)) {
      return `not valid JSON at byte ${scanner.problemAt - start + 1}: ${scanner.problem}`
    }
    this.areEvents ??= this.decide(bytes, batch)
    if (this.areEvents) {
      const { value } = this.fields.tokens
      value.kind = 'object'
      value.start = this.fields.start
      value.stop = this.fields.stop
    }
    return null
  }

  /** Looks at the first record: true for plain events. */
  private decide(bytes: Uint8Array, batch: WindowBatch): boolean {
    const { tokens, start, stop } = this.fields
    if (OURS.some((name) => tokens[name].kind !== null)) return false
    if (batch.parts === null) throw this.withoutKeys(bytes.subarray(start, stop))
    this.fields = new JsonFields(this.scanner, NO_NAMES)
    this.fields.scan(bytes, start, stop)
    return true
  }

  private withoutKeys(record: Uint8Array): Error {
    const members = Object.entries(JSON.parse(Buffer.from(record).toString()))
    const names = members.map(([name]) => name)
    const scalars = members.filter(([, value]) => value !== null && typeof value !== 'object')
    const candidates = scalars.map(([name]) => name)
    return noKeys(this.file, { part: 'field', names, candidates })
  }

  private isBlank(bytes: Uint8Array, start: number, stop: number): boolean {
    this.scanner.reset(bytes, stop)
    return this.scanner.space(start) === stop
  }
}
