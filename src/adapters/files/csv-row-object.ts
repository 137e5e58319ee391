import type { CsvCells } from './csv-cells.ts'

const QUOTE = 34
const COMMA = 44
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const FIRST_CAPACITY = 64 * 1024
/** A byte grows to six at most, as \u0001. */
const LONGEST_ESCAPE = 6
/** Its quotes or the null in its place, and a comma. */
const AROUND_CELL = 5
const NULL = Buffer.from('null')

/** What a byte is written as inside a JSON string; undefined where it stays as it is. */
const ESCAPES = Array.from({ length: 256 }, (_, byte) => {
  const written = Buffer.from(JSON.stringify(String.fromCharCode(byte))).subarray(1, -1)
  return byte < 128 && written.length > 1 ? written : undefined
})

/**
 * CSV rows as JSON objects, one behind the other: every cell is text, a bare empty one is null.
 * Bytes that are no UTF-8 stay what they are.
 */
export class RowObjects {
  bytes = new Uint8Array(FIRST_CAPACITY)
  /** Where the next object goes. */
  end = 0
  private readonly names: readonly Uint8Array[]
  private readonly namesLength: number

  constructor(names: readonly string[]) {
    this.names = names.map((name) => Buffer.from(`${JSON.stringify(name)}:`))
    this.namesLength = this.names.reduce((sum, name) => sum + name.length + AROUND_CELL, 2)
  }

  /** Forgets the rows so far. */
  clear(): void {
    this.end = 0
  }

  /** Adds the scanned record, as `bytes[before, end)`. */
  add(cells: CsvCells, record: Uint8Array): void {
    this.reserve(LONGEST_ESCAPE * (cells.next - cells.start[0]!) + this.namesLength)
    this.put(OPEN_BRACE)
    for (let cell = 0; cell < this.names.length; cell++) {
      if (cell > 0) this.put(COMMA)
      this.append(this.names[cell]!)
      if (cells.isAbsent(cell)) this.append(NULL)
      else this.text(cells, cell, record)
    }
    this.put(CLOSE_BRACE)
  }

  private text(cells: CsvCells, cell: number, record: Uint8Array): void {
    const doubled = cells.isDoubled(cell)
    const stop = cells.stop[cell]!
    this.put(QUOTE)
    for (let at = cells.start[cell]!; at < stop; at++) {
      const byte = record[at]!
      const escaped = ESCAPES[byte]
      if (escaped === undefined) this.put(byte)
      else this.append(escaped)
      if (doubled && byte === QUOTE) at++
    }
    this.put(QUOTE)
  }

  private put(byte: number): void {
    this.bytes[this.end++] = byte
  }

  private append(part: Uint8Array): void {
    for (let i = 0; i < part.length; i++) this.bytes[this.end++] = part[i]!
  }

  private reserve(size: number): void {
    if (this.end + size <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.end + size, 2 * this.bytes.length))
    larger.set(this.bytes.subarray(0, this.end))
    this.bytes = larger
  }
}
