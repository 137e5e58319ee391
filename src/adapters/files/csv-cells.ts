const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const QUOTE = 34
const COMMA = 44

/** How a cell is written. */
const PLAIN = 0
const QUOTED = 1
/** Quoted, with quotes inside that are doubled. */
const DOUBLED = 2

/** The cells of one CSV record (RFC 4180; LF ends a record as well as CR LF). */
export class CsvCells {
  count = 0
  readonly start: number[] = []
  /** Exclusive; quotes around a cell are outside. */
  readonly stop: number[] = []
  /** Line feeds that the record holds and ends with. */
  lines = 0
  /** Where the record ends, with its line end; where it went wrong, when there is a problem. */
  next = 0
  problem: string | null = null
  /** The end of the bytes came before the end of the record: inside quotes, or anywhere. */
  open: 'no' | 'in quotes' | 'cell' = 'no'
  private readonly style: number[] = []

  /** Reads the record at `start`; look at `problem` and `open` then. */
  scan(bytes: Uint8Array, start: number, end: number): void {
    this.count = 0
    this.lines = 0
    this.problem = null
    this.open = 'no'
    this.next = start
    do {
      if (bytes[this.next] === QUOTE && this.next < end) this.quoted(bytes, this.next + 1, end)
      else this.plain(bytes, this.next, end)
    } while (this.separator(bytes, end))
  }

  /** The bytes that a cell stands for, as a copy. */
  bytesOf(bytes: Uint8Array, cell: number): Uint8Array {
    const raw = bytes.slice(this.start[cell]!, this.stop[cell]!)
    if (this.style[cell] !== DOUBLED) return raw
    let length = 0
    for (let at = 0; at < raw.length; at++) {
      raw[length++] = raw[at]!
      if (raw[at] === QUOTE) at++
    }
    return raw.subarray(0, length)
  }

  /** True for an empty cell without quotes. */
  isAbsent(cell: number): boolean {
    return this.style[cell] === PLAIN && this.start[cell] === this.stop[cell]
  }

  /** True where every quote inside a cell is written as two. */
  isDoubled(cell: number): boolean {
    return this.style[cell] === DOUBLED
  }

  /** Takes doubled quotes out of a cell, in its place, so that its range is what it stands for. */
  decode(bytes: Uint8Array, cell: number): void {
    if (this.style[cell] !== DOUBLED) return
    const decoded = this.bytesOf(bytes, cell)
    bytes.set(decoded, this.start[cell]!)
    this.stop[cell] = this.start[cell]! + decoded.length
    this.style[cell] = QUOTED
  }

  private plain(bytes: Uint8Array, start: number, end: number): void {
    let at = start
    while (at < end) {
      const byte = bytes[at]!
      if (byte === COMMA || byte === LINE_FEED) break
      if (byte === QUOTE) this.problem ??= 'a quote inside a cell that does not start with one'
      at++
    }
    const carriage = bytes[at] === LINE_FEED && at > start && bytes[at - 1] === CARRIAGE_RETURN
    this.add(start, carriage && at < end ? at - 1 : at, PLAIN)
    this.next = at
  }

  private quoted(bytes: Uint8Array, start: number, end: number): void {
    let style = QUOTED
    let at = start
    for (; at < end; at++) {
      if (bytes[at] === LINE_FEED) this.lines++
      if (bytes[at] !== QUOTE) continue
      if (at + 1 >= end || bytes[at + 1] !== QUOTE) break
      style = DOUBLED
      at++
    }
    this.add(start, Math.min(at, end), style)
    this.next = Math.min(at + 1, end)
    if (at >= end) this.open = 'in quotes'
  }

  /** Moves over what ends a cell; true when another cell of the record follows. */
  private separator(bytes: Uint8Array, end: number): boolean {
    if (this.open !== 'no') return false
    if (this.next >= end) this.open = 'cell'
    else if (bytes[this.next] === COMMA) return ++this.next <= end
    else if (bytes[this.next] === LINE_FEED) this.endLine(1)
    else if (bytes[this.next] !== CARRIAGE_RETURN) this.problem = 'text after a closing quote'
    else if (this.next + 1 >= end) this.open = 'cell'
    else if (bytes[this.next + 1] === LINE_FEED) this.endLine(2)
    else this.problem = 'text after a closing quote'
    return false
  }

  private endLine(bytes: number): void {
    this.next += bytes
    this.lines++
  }

  private add(start: number, stop: number, style: number): void {
    this.start[this.count] = start
    this.stop[this.count] = stop
    this.style[this.count++] = style
  }
}
