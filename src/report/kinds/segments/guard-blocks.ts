import {
  GUARDS,
  type GuardName,
  type LeftOut,
  type Violation,
  WAIVABLE,
  type WaivedGuard,
} from '../../../domain/offsets/plan.ts'
import { type Block, listing, notice, section } from '../../blocks.ts'
import { placesByTopic } from './places.ts'

const MESSAGES_SHOWN = 8

/** Partitions that stay as they are, by reason. */
export function leftOutBlocks(leftOut: readonly LeftOut[]): Block[] {
  if (leftOut.length === 0) return []
  const alike = Map.groupBy(leftOut, ({ group, reason }) => JSON.stringify([group, reason]))
  return [
    section('Left out'),
    ...[...alike.values()].flatMap((same) => {
      const { group, reason } = same[0]!
      return [notice('warn', `${group}: ${reason}`), listing(placesByTopic(same))]
    }),
  ]
}

/** Guards that objected in vain (M10). */
export function waivedBlocks(waived: readonly WaivedGuard[]): Block[] {
  if (waived.length === 0) return []
  const guards = Map.groupBy(waived, ({ guard }) => guard)
  return [
    section('Overruled'),
    ...[...guards].flatMap(([guard, objections]) => {
      const by = WAIVABLE.has(guard) ? '--force' : '--on-range clamp'
      const messages = objections.map(({ message }) => message)
      return [
        notice('warn', `${by} overrules ${guard}: ${meaningOf(guard)}`),
        messageListing(messages),
      ]
    }),
  ]
}

/** What stands against the plan, with what to do about it. */
export function violationBlocks(violations: readonly Violation[]): Block[] {
  if (violations.length === 0) return []
  const alike = Map.groupBy(violations, ({ guard, remedy }) => JSON.stringify([guard, remedy]))
  return [
    section('Refused'),
    ...[...alike.values()].flatMap((same): Block[] => {
      const { guard, message, remedy } = same[0]!
      if (same.length === 1) return [notice('bad', `${guard}: ${message}`, remedy)]
      return [
        notice('bad', `${guard}: ${meaningOf(guard)}`, remedy),
        messageListing(same.map((one) => one.message)),
      ]
    }),
  ]
}

/** Messages that belong to one notice. */
export function messageListing(messages: readonly string[], limit = MESSAGES_SHOWN): Block {
  const left = messages.length - limit
  // A line that says "1 more" takes the place of the line that it hides.
  if (left <= 1) return listing(messages)
  return listing(messages.slice(0, limit), { left, what: 'objections' })
}

/** Without the number of the rule. */
function meaningOf(guard: GuardName): string {
  return GUARDS[guard].replace(/ \([^)]*\)$/, '')
}
