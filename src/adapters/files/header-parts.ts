import type { Header } from '../../domain/model/message.ts'
import type { ByteSlab } from './byte-slab.ts'
import { objectHeader } from './header-object.ts'
import { unescaped } from './json-escapes.ts'

/** In place of `shrink`: the value is a JSON object, which `objectHeader` reads. */
export const IS_OBJECT = -1
/** In place of `start`: the value is null. */
const IS_NULL = -1

/** Where the headers of a batch's rows are; rows are filled one after the other. */
export class HeaderParts {
  private count = 0
  private readonly ends: Int32Array
  private readonly names: string[] = []
  private readonly start: number[] = []
  private readonly stop: number[] = []
  private readonly shrink: number[] = []

  /** @param rows most rows of a batch */
  constructor(rows: number) {
    this.ends = new Int32Array(rows)
  }

  /** Starts a row, perhaps anew. */
  begin(row: number): void {
    this.count = this.first(row)
    this.ends[row] = this.count
  }

  /** Adds a header of the row: its value is `bytes[start, stop)`, less what JSON escapes take. */
  add(row: number, name: string, start: number, stop: number, shrink: number): void {
    this.names[this.count] = name
    this.start[this.count] = start
    this.stop[this.count] = stop
    this.shrink[this.count] = shrink
    this.ends[row] = ++this.count
  }

  addNull(row: number, name: string): void {
    this.add(row, name, IS_NULL, IS_NULL, 0)
  }

  /** The headers of a row, with bytes of their own. */
  of(row: number, bytes: Uint8Array, slab: ByteSlab): readonly Header[] {
    const headers: Header[] = []
    for (let i = this.first(row); i < this.ends[row]!; i++) {
      headers.push({ name: this.names[i]!, value: this.value(i, bytes, slab) })
    }
    return headers
  }

  private value(i: number, bytes: Uint8Array, slab: ByteSlab): Uint8Array | null {
    const start = this.start[i]!
    const stop = this.stop[i]!
    const shrink = this.shrink[i]!
    if (start === IS_NULL) return null
    if (shrink === 0) return slab.copy(bytes, start, stop)
    return shrink === IS_OBJECT
      ? objectHeader(slab.copy(bytes, start, stop))
      : unescaped(bytes, start, stop, shrink)
  }

  private first(row: number): number {
    return row === 0 ? 0 : this.ends[row - 1]!
  }
}
