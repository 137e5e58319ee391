import {
  BARE_LOOP,
  BARRIER_POOL,
  BUFFERED_PARALLEL_CONSUMER,
  PARALLEL_CONSUMER,
  PSTOOL,
  PSTOOL_OVERLAP,
} from './peers.ts'
import type { Limits, Row } from './rows.ts'

/** A peer's middle figures in one row. */
export interface Figures {
  readonly perSecond: number
  readonly cpuMicros: number
}

/** What was promised for a row, and what came of it. */
export interface Goal {
  readonly text: string
  readonly reached: number
  readonly promised: number
  readonly met: boolean
}

const BOTH_PARALLEL_CONSUMERS = [PARALLEL_CONSUMER, BUFFERED_PARALLEL_CONSUMER]
const CPU_MICROS_WITHOUT_IO = 4

/** Everything that was promised for the row; nothing about peers that did not run. */
export function goalsOf(row: Row, limits: Limits, figures: ReadonlyMap<string, Figures>): Goal[] {
  const speed = (name: string) => figures.get(name)?.perSecond ?? null
  const atLeast = (own: string, times: number, against: string, other = speed(against)): Goal[] => {
    const mine = speed(own)
    if (mine === null || other === null) return []
    const reached = mine / other
    return [{ text: `${own} / ${against}`, reached, promised: times, met: reached >= times }]
  }
  if (row.delayMs === 0)
    return [
      ...atLeast(PSTOOL, 0.75, BARE_LOOP),
      ...BOTH_PARALLEL_CONSUMERS.flatMap((peer) => atLeast(PSTOOL, 4, peer)),
      ...cpuGoal(figures.get(PSTOOL)),
    ]
  const uniform = row.keys === 'uniform'
  const few = row.concurrency <= 10
  return [
    ...BOTH_PARALLEL_CONSUMERS.flatMap((peer) => atLeast(PSTOOL_OVERLAP, 1, peer)),
    ...atLeast(PSTOOL, 1, BARRIER_POOL),
    ...(uniform && few && row.delayMs === 1
      ? atLeast(PSTOOL_OVERLAP, 0.87, 'slots / D', limits.slots)
      : []),
    ...(uniform && !few && row.delayMs === 1
      ? atLeast(PSTOOL_OVERLAP, 1.8, BUFFERED_PARALLEL_CONSUMER)
      : []),
    ...(!uniform && row.concurrency === 10 ? atLeast(PSTOOL_OVERLAP, 1.5, BARE_LOOP) : []),
    ...(!uniform && !few
      ? atLeast(PSTOOL_OVERLAP, 0.85, 'messages / heaviest key', limits.heaviestKey)
      : []),
  ]
}

function cpuGoal(own: Figures | undefined): Goal[] {
  if (own === undefined) return []
  const reached = own.cpuMicros
  const met = reached <= CPU_MICROS_WITHOUT_IO
  return [{ text: 'CPU us per message, at most', reached, promised: CPU_MICROS_WITHOUT_IO, met }]
}
