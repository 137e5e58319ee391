import type { NewMessage } from '../../domain/model/cluster.ts'
import type { Message } from '../../domain/model/message.ts'

/** Messages of a log from an offset on. */
export interface LogPage {
  readonly messages: readonly Message[]
  readonly offsets: readonly number[]
  /** Everything before it has been looked at. */
  readonly next: number
}

/** The log of a partition, with gaps where messages were removed or the end was moved. */
export class MemoryLog {
  private readonly topic: string
  private readonly partition: number
  private startOffset: number
  private endOffset: number
  private messages: Message[] = []
  private offsets: number[] = []
  private readonly waiting = new Set<() => void>()

  constructor(topic: string, partition: number, start: bigint, end: bigint) {
    this.topic = topic
    this.partition = partition
    this.startOffset = Number(start)
    this.endOffset = Number(end)
  }

  get start(): bigint {
    return BigInt(this.startOffset)
  }

  get end(): bigint {
    return BigInt(this.endOffset)
  }

  /** Every message that is there, in log order. */
  content(): readonly Message[] {
    return this.messages
  }

  append({ key, value, headers = [], timestamp = null }: NewMessage): bigint {
    const offset = BigInt(this.endOffset)
    const { topic, partition } = this
    this.messages.push({ topic, partition, offset, key, value, headers, timestamp })
    this.offsets.push(this.endOffset++)
    this.wake()
    return offset
  }

  /** Moves both ends; messages outside are gone, and offsets that were not written to are gaps. */
  setRange(start: bigint, end: bigint): void {
    this.startOffset = Number(start)
    this.endOffset = Number(end)
    const [from, to] = [this.placeOf(this.startOffset), this.placeOf(this.endOffset)]
    this.messages = this.messages.slice(from, to)
    this.offsets = this.offsets.slice(from, to)
    this.wake()
  }

  /** As compaction does. */
  remove(offset: bigint): void {
    const place = this.placeOf(Number(offset))
    if (this.offsets[place] !== Number(offset)) return
    this.messages.splice(place, 1)
    this.offsets.splice(place, 1)
  }

  /** null: nothing at or after `from` yet. */
  page(from: number, maxMessages: number): LogPage | null {
    if (from >= this.endOffset) return null
    const place = this.placeOf(from)
    const offsets = this.offsets.slice(place, place + maxMessages)
    const isWhole = place + offsets.length === this.offsets.length
    const next = isWhole ? this.endOffset : offsets.at(-1)! + 1
    return { messages: this.messages.slice(place, place + offsets.length), offsets, next }
  }

  /** Calls back once something was appended or moved. @returns takes that back */
  onChange(wake: () => void): () => void {
    this.waiting.add(wake)
    return () => this.waiting.delete(wake)
  }

  /** The place of the first message at or after the offset. */
  private placeOf(offset: number): number {
    let [low, high] = [0, this.offsets.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.offsets[middle]! < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  private wake(): void {
    const woken = [...this.waiting]
    this.waiting.clear()
    for (const wake of woken) wake()
  }
}
