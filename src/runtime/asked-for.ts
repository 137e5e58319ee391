import type { TopicPartition } from '../domain/model/cluster.ts'
import type { Message } from '../domain/model/message.ts'
import { errorText } from './error-text.ts'

/** The offset that a caller names, as the coordinator counts. @throws RangeError for none */
export function placeOf(offset: unknown): number {
  const place = typeof offset === 'bigint' ? Number(offset) : offset
  if (typeof place === 'number' && Number.isSafeInteger(place) && place >= 0) return place
  throw new RangeError(`${errorText(offset)} is no offset: give an integer of at least 0`)
}

/** The time that a caller wants to pause for. @throws RangeError for none */
export function pauseMsOf(ms: unknown): number {
  if (typeof ms === 'number' && ms >= 0) return ms
  throw new RangeError(`${errorText(ms)} is no time to pause: give milliseconds`)
}

/**
 * Whether a message can be marked here, with that metadata (O2, O6): a message of another partition
 * has the offset of a message of ours. @throws TypeError where it cannot
 */
export function checkMark(
  here: TopicPartition,
  { topic, partition }: Message,
  metadata: unknown,
): void {
  if (partition !== here.partition || topic !== here.topic) {
    const place = `${here.topic}#${here.partition}`
    throw new TypeError(`a message of ${topic}#${partition} cannot be marked by a job of ${place}`)
  }
  if (metadata !== undefined && typeof metadata !== 'string') {
    throw new TypeError(`metadata is a text, not a ${typeof metadata}`)
  }
}
