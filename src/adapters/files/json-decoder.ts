import type { BadRecords } from './bad-records.ts'
import type { ByteWindow } from './byte-window.ts'
import { JsonFields, type Vocabulary } from './json-fields.ts'
import { jsonHeaders } from './json-headers.ts'
import { JsonScanner } from './json-scanner.ts'
import type { RecordDecoder } from './record-decoder.ts'
import type { RecordRows } from './record-rows.ts'
import type { WindowBatch } from './window-batch.ts'

/** One JSON object a line; lines of white space alone are passed over. */
export class JsonDecoder implements RecordDecoder {
  private readonly scanner = new JsonScanner()
  private readonly fields: JsonFields
  private readonly rows: RecordRows
  private readonly bad: BadRecords

  constructor(vocabulary: Vocabulary, rows: RecordRows, bad: BadRecords) {
    this.fields = new JsonFields(this.scanner, vocabulary)
    this.rows = rows
    this.bad = bad
  }

  decode(window: ByteWindow, batch: WindowBatch, maxRows: number): void {
    const { bytes } = window
    const { tokens } = this.fields
    while (batch.count < maxRows) {
      const { start } = window
      const stop = window.lineEnd()
      if (stop < 0) return
      const blank = this.isBlank(bytes, start, stop)
      let reason = blank ? null : this.scan(bytes, start, stop)
      if (!blank && reason === null) {
        if (this.rows.isOtherTopic(bytes, tokens.topic, batch)) return
        reason = this.rows.add(bytes, tokens, jsonHeaders, batch)
      }
      if (reason !== null) this.bad.add(window.line, reason, bytes.subarray(start, stop))
      window.start = Math.min(stop + 1, window.end)
      window.line++
    }
  }

  private scan(bytes: Uint8Array, start: number, stop: number): string | null {
    if (this.fields.scan(bytes, start, stop)) return null
    const byte = this.scanner.problemAt - start + 1
    return `not valid JSON at byte ${byte}: ${this.scanner.problem}`
  }

  private isBlank(bytes: Uint8Array, start: number, stop: number): boolean {
    this.scanner.reset(bytes, stop)
    return this.scanner.space(start) === stop
  }
}
