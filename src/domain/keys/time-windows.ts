/** The window of messages whose source tells no time. */
export const NO_TIME = 0

/** More windows than this say nothing that wider ones do not. */
const MAX_WINDOWS = 65_536

/**
 * Stretches of equal length that timestamps fall into, counted from the epoch, as dense ids 1, 2, ..
 * When there are too many, neighbours become one: the width is the smallest of width, 2 width, ..
 * that does, so it does not depend on the order of the messages.
 */
export class TimeWindows {
  widthMs: number
  /** By id: messages in the window. */
  readonly messages: number[] = [0]
  /** By id: the window starts at `numbers[id] * widthMs`. */
  readonly numbers: number[] = [Number.NaN]
  private readonly ids = new Map<number, number>()
  private currentStart = Number.NaN
  private currentEnd = Number.NaN
  private current = NO_TIME

  constructor(widthMs: number) {
    this.widthMs = widthMs
  }

  /** The id of a timestamp's window; NaN has none. */
  idAt(timestamp: number): number {
    if (timestamp >= this.currentStart && timestamp < this.currentEnd) return this.current
    if (Number.isNaN(timestamp)) return NO_TIME
    const number = Math.floor(timestamp / this.widthMs)
    this.current = this.idOf(number)
    this.currentStart = number * this.widthMs
    this.currentEnd = this.currentStart + this.widthMs
    return this.current
  }

  /** The id of a window by its number. */
  idOf(number: number): number {
    const known = this.ids.get(number)
    if (known !== undefined) return known
    const id = this.numbers.length
    this.ids.set(number, id)
    this.numbers.push(number)
    this.messages.push(0)
    return id
  }

  get size(): number {
    return this.numbers.length - 1
  }

  get tooMany(): boolean {
    return this.size > MAX_WINDOWS
  }

  /** Makes two neighbours one. @returns the new id of every old one */
  double(): Int32Array {
    const numbers = this.numbers.splice(1)
    const messages = this.messages.splice(1)
    this.ids.clear()
    this.widthMs *= 2
    this.currentStart = Number.NaN
    this.currentEnd = Number.NaN
    const newIds = new Int32Array(numbers.length + 1)
    numbers.forEach((number, i) => {
      const id = this.idOf(Math.floor(number / 2))
      newIds[i + 1] = id
      this.messages[id] = this.messages[id]! + messages[i]!
    })
    return newIds
  }
}
