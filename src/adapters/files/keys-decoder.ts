import type { ByteWindow } from './byte-window.ts'
import type { RecordDecoder } from './record-decoder.ts'
import type { WindowBatch } from './window-batch.ts'

const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/**
 * Plain keys: every line's bytes are a key, an empty line is the empty key, and the last line
 * counts with or without LF. When the first line ends in CR LF the file is taken to have such line
 * ends and a CR before a LF is none of the key; otherwise a CR is a byte like any other.
 */
export class KeysDecoder implements RecordDecoder {
  private crlf: boolean | null = null

  decode(window: ByteWindow, batch: WindowBatch, maxRows: number): void {
    this.crlf ??= endsInCrLf(window)
    const from = batch.count
    this.findLines(window, batch, maxRows)
    if (batch.count < maxRows && window.ended && window.start < window.end) {
      batch.keyStart[batch.count] = window.start
      batch.keyLength[batch.count++] = window.end - window.start
      window.start = window.end
    }
    const lines = batch.parts?.line
    for (let row = from; lines !== undefined && row < batch.count; row++) {
      lines[row] = window.line + row - from
    }
    window.line += batch.count - from
  }

  /** The loop that has to fly: no call, no object, a byte at a time. */
  private findLines(window: ByteWindow, batch: WindowBatch, maxRows: number): void {
    const { keyStart, keyLength } = batch
    const { bytes, end } = window
    const crlf = this.crlf === true
    let row = batch.count
    let start = window.start
    for (let at = start; at < end && row < maxRows; at++) {
      if (bytes[at] !== LINE_FEED) continue
      keyStart[row] = start
      const carriage = crlf && at > start && bytes[at - 1] === CARRIAGE_RETURN ? 1 : 0
      keyLength[row++] = at - start - carriage
      start = at + 1
    }
    window.start = start
    batch.count = row
  }
}

function endsInCrLf(window: ByteWindow): boolean | null {
  const stop = window.lineEnd()
  if (stop < 0) return null
  return stop > window.start && stop < window.end && window.bytes[stop - 1] === CARRIAGE_RETURN
}
