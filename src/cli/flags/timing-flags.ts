import { Flags } from '@oclif/core'
import type { Strategy } from '../../domain/routing/strategy.ts'
import {
  MOST_FAIL_RATE,
  MOST_IO_MS,
  MOST_WORKERS,
} from '../../domain/simulation/timing/check-timing.ts'
import type { TimingOptions } from '../../domain/simulation/timing/timing.ts'
import { badFlag } from './bad-flag.ts'
import { refuseIdle, refuseWithoutLayer, type TypedFlags } from './idle-flags.ts'

/** What the runtime has where nothing is said. */
const DEFAULT_CONCURRENCY = 5

const helpGroup = 'TIME'

/** How long the messages would take to be consumed. */
export const timingFlags = {
  'io-ms': Flags.string({
    description: 'what a message takes in milliseconds (2, 0.5): shows how long draining takes',
    helpGroup,
  }),
  concurrency: Flags.integer({
    description: `workers of one process: of each segment, and of each member (default ${DEFAULT_CONCURRENCY})`,
    min: 1,
    max: MOST_WORKERS,
    helpGroup,
  }),
  overlap: Flags.boolean({
    description: 'virtual partitions go on to the next batch without waiting for each other',
    helpGroup,
  }),
  'fail-rate': Flags.string({
    description: `share of attempts at a message that fail, up to ${MOST_FAIL_RATE}: back-off and collapses`,
    helpGroup,
  }),
}

export interface TimingValues {
  readonly 'io-ms'?: string | undefined
  readonly concurrency?: number | undefined
  readonly overlap?: boolean | undefined
  readonly 'fail-rate'?: string | undefined
}

/**
 * The flags of time as a value; null where time was not asked for.
 * @throws UsageError for a flag that cannot be read
 */
export function timingOf(flags: TimingValues, seed: number): TimingOptions | null {
  const { concurrency = DEFAULT_CONCURRENCY, overlap = false } = flags
  if (flags['io-ms'] === undefined) return null
  const takes = `milliseconds from 0.001 to ${MOST_IO_MS}`
  const ioMs = numberIn('io-ms', flags['io-ms'], 0.001, MOST_IO_MS, takes, '2.5')
  const rate = `a share from 0 to ${MOST_FAIL_RATE}`
  const failRate = numberIn('fail-rate', flags['fail-rate'] ?? '0', 0, MOST_FAIL_RATE, rate, '0.01')
  return { ioMs: Math.round(ioMs * 1000) / 1000, concurrency, overlap, failRate, seed }
}

/** Refuses flags of time that would change nothing. @throws UsageError */
export function refuseIdleTiming(
  typed: TypedFlags,
  counts: Strategy['counts'],
  timing: TimingOptions | null,
): void {
  if (timing !== null) {
    refuseWithoutLayer(typed, counts, 'virtualPartition', ['overlap'])
    return
  }
  refuseIdle(
    typed,
    ['concurrency', 'overlap', 'fail-rate'],
    'without --io-ms',
    'Give --io-ms N, what a message takes in milliseconds.',
  )
}

function numberIn(
  flag: string,
  text: string,
  least: number,
  most: number,
  takes: string,
  example: string,
): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw badFlag(flag, text, takes, example)
}
