import type { Position, Selection } from '../../domain/model/selection.ts'

/** Lets the selected records pass: by partition, offset and time. */
export class RecordGate {
  /** False when every record passes, so that nobody needs to ask. */
  readonly selects: boolean
  private readonly partitions: ReadonlySet<number> | null
  private readonly byOffset: boolean
  private readonly byTime: boolean
  private readonly offsets: readonly [number, number]
  private readonly times: readonly [number, number]

  constructor({ partitions, from, until }: Selection) {
    this.partitions = partitions === null ? null : new Set(partitions)
    this.byOffset = from.at === 'offset' || until.at === 'offset'
    this.byTime = from.at === 'timestamp' || until.at === 'timestamp'
    this.offsets = [offsetOf(from) ?? 0, offsetOf(until) ?? Number.POSITIVE_INFINITY]
    this.times = [
      timeOf(from) ?? Number.NEGATIVE_INFINITY,
      timeOf(until) ?? Number.POSITIVE_INFINITY,
    ]
    this.selects = this.partitions !== null || this.byOffset || this.byTime
  }

  /** What the record would have to say to be selected by, or null: a reason for a bad record. */
  lacking(partition: number, offset: number, timestamp: number): string | null {
    if (this.partitions !== null && partition < 0) return 'no partition to select by'
    if (this.byOffset && Number.isNaN(offset)) return 'no offset to select by'
    if (this.byTime && Number.isNaN(timestamp)) return 'no timestamp to select by'
    return null
  }

  passes(partition: number, offset: number, timestamp: number): boolean {
    if (this.partitions !== null && !this.partitions.has(partition)) return false
    if (this.byOffset && !(offset >= this.offsets[0] && offset < this.offsets[1])) return false
    return !this.byTime || (timestamp >= this.times[0] && timestamp < this.times[1])
  }
}

/** True when the selection names an empty range: from the end on, or up to the start. */
export function selectsNothing({ from, until, limit }: Selection): boolean {
  return from.at === 'latest' || until.at === 'earliest' || (limit !== null && limit <= 0)
}

function offsetOf(position: Position): number | null {
  return position.at === 'offset' ? Number(position.offset) : null
}

function timeOf(position: Position): number | null {
  return position.at === 'timestamp' ? position.timestampMs : null
}
