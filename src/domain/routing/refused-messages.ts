import type { MessageBatch } from '../model/message-batch.ts'

/** A message that a partitioner failed on, and why. */
export interface RefusedMessage {
  /** What the partitioner said, at most 300 characters of it. */
  readonly error: string
  readonly topic: string
  /** -1 where the source does not say. */
  readonly partition: number
  /** Decimal; null where the source does not say. */
  readonly offset: string | null
  /** Of the file, from 1; null where there is none, or it is not known. */
  readonly line: number | null
}

const MOST_ERRORS = 3
const MOST_CHARACTERS = 300

/**
 * The first messages that a partitioner refused, one for each text of its error: first by topic,
 * partition and place, so that they do not depend on the order in which partitions were read.
 */
export class RefusedMessages {
  private readonly kept: RefusedMessage[] = []

  /** In order; at most three. */
  get first(): readonly RefusedMessage[] {
    return [...this.kept]
  }

  /** Notes the message of a row. */
  note({ message }: Error, batch: MessageBatch, row: number): void {
    const offset = batch.offset[row]!
    this.add({
      error: message.length > MOST_CHARACTERS ? `${message.slice(0, MOST_CHARACTERS)}…` : message,
      topic: batch.topic,
      partition: batch.partition[row]!,
      offset: Number.isNaN(offset) ? null : String(offset),
      line: batch.lineOf?.(row) ?? null,
    })
  }

  /** Takes a message, in any order. */
  add(message: RefusedMessage): void {
    const { kept } = this
    const last = kept.at(-1)
    if (kept.length === MOST_ERRORS && !isBefore(message, last!)) return
    const same = kept.findIndex(({ error }) => error === message.error)
    if (same >= 0 && !isBefore(message, kept[same]!)) return
    if (same >= 0) kept.splice(same, 1)
    const at = kept.findIndex((other) => isBefore(message, other))
    kept.splice(at < 0 ? kept.length : at, 0, message)
    kept.length = Math.min(kept.length, MOST_ERRORS)
  }
}

/** `"the payload is not JSON" (orders partition 2 offset 17)`. */
export function refusedText({ error, topic, partition, offset, line }: RefusedMessage): string {
  const place = [
    topic,
    ...(partition < 0 ? [] : [`partition ${partition}`]),
    ...(offset === null ? [] : [`offset ${offset}`]),
    ...(line === null ? [] : [`line ${line}`]),
  ]
  return `"${error}" (${place.join(' ')})`
}

function isBefore(one: RefusedMessage, other: RefusedMessage): boolean {
  if (one.topic !== other.topic) return one.topic < other.topic
  if (one.partition !== other.partition) return one.partition < other.partition
  return placeOf(one) < placeOf(other)
}

function placeOf({ offset, line }: RefusedMessage): number {
  return Number(offset ?? line ?? Number.POSITIVE_INFINITY)
}
