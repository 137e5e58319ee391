import { counted, isOrAre } from './counted.ts'
import type { Finding, KeyProfileDocument, LaneFigures, SkewFigures } from './key-profile.ts'
import { percent } from './percent.ts'

/** Less than this is not worth a change of reducer, which needs an all-at-once deployment (P6). */
const AVOIDABLE = 1.2
/** Another reducer is named when it is at least this much better. */
const BETTER = 0.9

const SLOTS = {
  partition: 'partitions',
  segment: 'segments',
  virtualPartition: 'virtual partitions',
} as const

/**
 * What the lanes tell, per layer and number of slots; the first reducer is the one in use. Keys of a
 * few selected partitions say nothing about the slots of all of them.
 */
export function laneFindings({
  lanes,
  skew,
  keys,
  read,
}: Pick<KeyProfileDocument, 'lanes' | 'skew' | 'keys' | 'read'>): Finding[] {
  const groups = Map.groupBy(lanes, ({ layer, count }) => `${layer} ${count}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first?.layer === 'partition' && read.partitions !== null) return refusedKeys(group)
    return [
      ...refusedKeys(group),
      ...avoidableSkew(group),
      ...hotKey(group[0]!, skew),
      ...idleSlots(group[0]!, keys.distinct),
    ]
  })
}

function avoidableSkew(group: readonly LaneFigures[]): Finding[] {
  const [current] = group
  if (current === undefined || current.avoidable <= AVOIDABLE) return []
  const best = group.reduce((least, lane) => (lane.imbalance < least.imbalance ? lane : least))
  const isBetter = best.imbalance <= current.imbalance * BETTER
  return [
    {
      code: 'avoidable-skew',
      severity: 'warning',
      message: `${current.reducer} over ${slotsOf(current)}: the fullest has ${current.imbalance.toFixed(2)} times the mean, where ${current.floor.toFixed(2)} can be reached (avoidable factor ${current.avoidable.toFixed(2)}).`,
      advice: isBetter
        ? `Use ${best.reducer}: ${best.imbalance.toFixed(2)} times the mean on the same keys.`
        : 'Compare other reducers and counts with --reducers; none of those compared is better.',
    },
  ]
}

function hotKey(lane: LaneFigures, skew: SkewFigures): Finding[] {
  if (skew.top1Share * lane.count <= 1) return []
  return [
    {
      code: 'hot-key',
      severity: 'warning',
      message: `One key has ${percent(skew.top1Share)} of the messages, more than a fair part of ${slotsOf(lane)} (${percent(1 / lane.count)}).`,
      advice: `No reducer goes below ${lane.floor.toFixed(2)} times the mean. Split that key by a finer partitioner, or use fewer slots.`,
    },
  ]
}

function idleSlots(lane: LaneFigures, distinct: number): Finding[] {
  // Where no message has a key, that is the finding, not the slots.
  if (lane.emptySlots === 0 || distinct === 0) return []
  if (distinct < lane.count) {
    return [
      {
        code: 'fewer-keys-than-slots',
        severity: 'warning',
        message: `${counted(distinct, 'distinct key')} cannot fill ${slotsOf(lane)}: ${lane.emptySlots} ${isOrAre(lane.emptySlots)} idle.`,
        advice: `Use ${distinct === 1 ? 'a single slot' : `at most ${distinct} slots`}, or a partitioner that gives more keys.`,
      },
    ]
  }
  return [
    {
      code: 'idle-slots',
      severity: 'warning',
      message: `${lane.reducer} leaves ${lane.emptySlots} of ${slotsOf(lane)} without a message, though there ${isOrAre(distinct)} ${counted(distinct, 'key')}.`,
      advice: 'Compare other reducers with --reducers, or another number of slots.',
    },
  ]
}

function refusedKeys(group: readonly LaneFigures[]): Finding[] {
  return group.flatMap((lane): Finding[] => {
    if (lane.errors === 0) return []
    return [
      {
        code: 'reducer-errors',
        severity: 'warning',
        message: `${lane.reducer} over ${slotsOf(lane)} refuses the keys of ${counted(lane.errors, 'message')}, which ${lane.errors === 1 ? 'goes' : 'go'} to slot 0.`,
        advice:
          'Choose a reducer that takes every key, or make the partitioner give what it takes.',
      },
    ]
  })
}

function slotsOf({ layer, count }: LaneFigures): string {
  return `${count} ${SLOTS[layer]}`
}
