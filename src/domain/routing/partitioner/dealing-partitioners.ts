import { UsageError } from '../../../errors.ts'
import type { Message } from '../../model/message.ts'
import { seededRandom } from '../seeded-random.ts'
import type { Partitioner, VirtualKey } from '../types.ts'
import { payloadHas } from './message-partitioners.ts'
import { checkSlots, parseSlotSet, requireSlots } from './slot-set.ts'

/** Partitioners that deal messages out: what they give is a slot, so `identity` goes with them (R5). */
function dealing(spec: string, keyOf: (message: Message) => VirtualKey): Partitioner {
  return { name: spec, readsKeyOnly: false, preferredReducer: 'identity', keyOf }
}

/** Gives the slots in turn, again and again. */
function taker(slots: readonly number[]): () => number {
  let next = 0
  return () => {
    const slot = slots[next]!
    next = (next + 1) % slots.length
    return slot
  }
}

/** `random`: each message anywhere; the same seed gives the same slots again. */
export function randomPartitioner(spec: string, seed: number, slots?: number): Partitioner {
  const count = requireSlots(spec, slots)
  const random = seededRandom(seed)
  return dealing(spec, () => Math.floor(random() * count))
}

/** `round-robin`: one message after the other to the next slot, the first to slot seed mod n. */
export function roundRobinPartitioner(spec: string, seed: number, slots?: number): Partitioner {
  const count = requireSlots(spec, slots)
  const first = ((seed % count) + count) % count
  return dealing(spec, taker(Array.from({ length: count }, (_, i) => (first + i) % count)))
}

/** `partition-id:N`: every message to slot N. */
export function partitionIdPartitioner(spec: string, id: string, slots?: number): Partitioner {
  const named = /^\d{1,9}$/.test(id) ? [Number(id)] : null
  if (named === null) throw bad(spec, 'Write partition-id:N, for example partition-id:2.')
  checkSlots(spec, named, slots)
  return dealing(spec, () => named[0])
}

/**
 * `weighted:SLOTS=WEIGHT,SLOTS=WEIGHT..` such as `weighted:0-1=70,2-4=30`; several slots of one set
 * are joined by `+`. As in S3 the first 70 of every 100 messages go to the first set, the other 30 to
 * the second. Decision: each set takes its own slots in turn (S3 takes the message's number mod the
 * set's size, which can leave slots of a set empty).
 */
export function weightedPartitioner(spec: string, argument: string, slots?: number): Partitioner {
  const sets = argument.split(',').map((part) => {
    const [, set, weight] = /^([\d+-]+)=(\d{1,6})$/.exec(part) ?? []
    const members = set === undefined ? null : parseSlotSet(set.replaceAll('+', ','))
    if (members === null) throw bad(spec, 'Write weighted:0-1=70,2-4=30.')
    checkSlots(spec, members, slots)
    return { take: taker(members), weight: Number(weight) }
  })
  const turn = sets.flatMap(({ take, weight }) => Array.from({ length: weight }, () => take))
  if (turn.length === 0) throw bad(spec, 'Give at least one set a weight above 0.')
  let count = 0
  return dealing(spec, () => turn[count++ % turn.length]!())
}

/**
 * `priority:/json/pointer=VALUE[,VALUE..][@SLOTS]` such as `priority:/priority=high`: messages whose
 * JSON payload has one of the values there go in turn to SLOTS (`0`, `0-1`, `0+3`; default 0), all
 * others in turn to the remaining slots. A payload that cannot be read is of normal priority (S3).
 */
export function priorityPartitioner(spec: string, argument: string, slots?: number): Partitioner {
  const [, pointer, values, set = '0'] = /^([^=]*)=([^@]+)(?:@([\d+-]+))?$/.exec(argument) ?? []
  const high = parseSlotSet(set.replaceAll('+', ','))
  if (pointer === undefined || values === undefined || high === null) {
    throw bad(spec, 'Write priority:/priority=high, or priority:/priority=high,urgent@0-1.')
  }
  const count = requireSlots(spec, slots)
  checkSlots(spec, high, count)
  const normal = Array.from({ length: count }, (_, slot) => slot).filter((s) => !high.includes(s))
  if (normal.length === 0)
    throw bad(spec, 'Leave at least one slot to messages that are not urgent.')
  const isHigh = payloadHas(pointer, new Set(values.split(',')))
  const takeHigh = taker(high)
  const takeNormal = taker(normal)
  return dealing(spec, ({ value }) => (isHigh(value) ? takeHigh() : takeNormal()))
}

function bad(spec: string, advice: string): UsageError {
  return new UsageError('routing.bad-partitioner', `partitioner ${spec} cannot be read`, [advice])
}
