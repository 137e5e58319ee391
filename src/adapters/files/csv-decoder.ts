import type { BadRecords } from './bad-records.ts'
import type { ByteWindow } from './byte-window.ts'
import { CsvCells } from './csv-cells.ts'
import { type CsvColumns, csvColumns } from './csv-columns.ts'
import { RowObjects } from './csv-row-object.ts'
import type { HeaderParts } from './header-parts.ts'
import type { RecordDecoder } from './record-decoder.ts'
import type { RecordGate } from './record-gate.ts'
import { type HeaderFinder, RecordRows } from './record-rows.ts'
import { type FieldToken, noToken, noTokens } from './record-tokens.ts'
import type { WindowBatch } from './window-batch.ts'

const LINE_FEED = 10
const NO_TOKEN = noToken()

/**
 * CSV whose first record names the columns. An empty cell is null (no key, tombstone, no header,
 * not known), a quoted empty one is the empty text. Where no column is the value, the row is, as a
 * JSON object. Every record has as many cells as the first; empty lines are passed over, except
 * where there is one column, whose empty cell they are.
 */
export class CsvDecoder implements RecordDecoder {
  private readonly cells = new CsvCells()
  private readonly tokens = noTokens()
  private readonly rows: RecordRows
  private readonly bad: BadRecords
  private readonly file: string
  private columns: CsvColumns | null = null
  private objects = new RowObjects([])

  /** @param topic of records that name none */
  constructor(gate: RecordGate, topic: string, bad: BadRecords, file: string) {
    const find: HeaderFinder['find'] = (bytes, _, parts, row) => this.headers(bytes, parts, row)
    this.rows = new RecordRows(gate, { find }, topic)
    this.bad = bad
    this.file = file
  }

  decode(window: ByteWindow, batch: WindowBatch, maxRows: number): void {
    const { cells } = this
    this.objects.clear()
    while (batch.count < maxRows && window.start < window.end) {
      cells.scan(window.bytes, window.start, window.end)
      if (cells.open !== 'no' && !window.ended) return
      const problem = cells.open === 'in quotes' ? 'a quote that is never closed' : cells.problem
      if (problem !== null) {
        if (!this.passOver(problem, window)) return
      } else if (this.columns === null) {
        this.columns = csvColumns(this.names(window.bytes), this.file, batch.parts !== null)
        this.objects = new RowObjects(this.columns.names)
        this.moveOn(window)
      } else if (!this.row(this.columns, window, batch)) return
    }
  }

  /** Decodes the scanned record; false when it belongs to another batch. */
  private row(columns: CsvColumns, window: ByteWindow, batch: WindowBatch): boolean {
    const { cells } = this
    const { bytes } = window
    if (!this.isBlank(columns)) {
      if (this.isOtherTopic(columns, bytes, batch)) return false
      batch.startsAt(window.line)
      const reason = this.record(columns, bytes, batch)
      const record = bytes.subarray(window.start, cells.next)
      if (reason !== null) this.bad.add(window.line, reason, record)
    }
    this.moveOn(window)
    return true
  }

  private record(columns: CsvColumns, bytes: Uint8Array, batch: WindowBatch): string | null {
    const { cells, tokens, objects } = this
    const { names, rowIsValue } = columns
    if (cells.count !== names.length) {
      return `${cells.count} cells, where the header has ${names.length}`
    }
    // First of all: what comes next changes the cells.
    if (rowIsValue) this.rowObject(bytes, batch)
    for (const { field, cell } of columns.fields) {
      cells.decode(bytes, cell)
      const token = tokens[field]
      token.kind = cells.isAbsent(cell) ? 'null' : 'string'
      token.start = cells.start[cell]!
      token.stop = cells.stop[cell]!
    }
    return this.rows.add(bytes, tokens, batch, rowIsValue ? objects.bytes : bytes)
  }

  private rowObject(bytes: Uint8Array, batch: WindowBatch): void {
    const { objects } = this
    const { value } = this.tokens
    // Nobody looks at what it holds where only keys are wanted; its length is what counts.
    if (batch.parts === null) objects.clear()
    value.kind = 'object'
    value.start = objects.end
    objects.add(this.cells, bytes)
    value.stop = objects.end
  }

  private headers(bytes: Uint8Array, parts: HeaderParts, row: number): null {
    const { cells } = this
    parts.begin(row)
    for (const { name, cell } of this.columns?.headers ?? []) {
      if (cells.isAbsent(cell)) continue
      cells.decode(bytes, cell)
      parts.add(row, name, cells.start[cell]!, cells.stop[cell]!, 0)
    }
    return null
  }

  private isOtherTopic(columns: CsvColumns, bytes: Uint8Array, batch: WindowBatch): boolean {
    const { cells } = this
    const cell = columns.fields.find(({ field }) => field === 'topic')?.cell
    if (cell === undefined || cell >= cells.count || cells.isAbsent(cell)) {
      return this.rows.isOtherTopic(bytes, NO_TOKEN, batch)
    }
    const topic = cells.bytesOf(bytes, cell)
    const token: FieldToken = { ...noToken(), kind: 'string', stop: topic.length }
    return this.rows.isOtherTopic(topic, token, batch)
  }

  private names(bytes: Uint8Array): string[] {
    return Array.from({ length: this.cells.count }, (_, cell) =>
      Buffer.from(this.cells.bytesOf(bytes, cell)).toString(),
    )
  }

  private isBlank(columns: CsvColumns): boolean {
    return this.cells.count === 1 && columns.names.length > 1 && this.cells.isAbsent(0)
  }

  /** Notes a record that is no CSV and goes on after its line; false while that is not known. */
  private passOver(problem: string, window: ByteWindow): boolean {
    // After a quote that is never closed everything would be one record, so only its line goes.
    const from = this.cells.open === 'in quotes' ? window.start : this.cells.next - 1
    const found = window.view.indexOf(LINE_FEED, from)
    if (found < 0 && !window.ended) return false
    const stop = found < 0 ? window.end : found + 1
    this.bad.add(window.line, problem, window.bytes.subarray(window.start, stop))
    for (let at = window.start; at < stop; at++) if (window.bytes[at] === LINE_FEED) window.line++
    window.start = stop
    return true
  }

  private moveOn(window: ByteWindow): void {
    window.line += this.cells.lines
    window.start = this.cells.next
  }
}
