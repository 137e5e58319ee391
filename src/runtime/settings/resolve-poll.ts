import type { PauseSettings, PollSettings } from '../settings.ts'
import type { ResolvedPause } from './resolved-settings.ts'
import type { SettingFields, SettingNames } from './setting-fields.ts'

const PAUSE_NAMES: SettingNames<PauseSettings> = {
  timeoutMs: true,
  maxTimeoutMs: true,
  exponential: true,
}
const LONGEST_PAUSE_MS = 30_000

/** What topics inherit, setting by setting. */
export interface Poll {
  readonly maxMessages: number
  readonly maxWaitMs: number
  readonly pauseMs: number
  /** null: not said. */
  readonly maxPauseMs: number | null
  readonly exponential: boolean
}

/** Where nobody says anything. */
export const POLL_DEFAULTS: Poll = {
  maxMessages: 100,
  maxWaitMs: 0,
  pauseMs: 1000,
  maxPauseMs: null,
  exponential: true,
}

/** These settings over the inherited ones. */
export function pollOf(fields: SettingFields<PollSettings>, inherited: Poll): Poll {
  const maxMessages = fields.integer('maxMessages', { fallback: inherited.maxMessages })
  const maxWaitMs = fields.duration('maxWaitMs', { fallback: inherited.maxWaitMs })
  const pause = fields.nested<PauseSettings>('pause', PAUSE_NAMES)
  if (pause === null) return { ...inherited, maxMessages, maxWaitMs }
  const pauseMs = pause.duration('timeoutMs', { fallback: inherited.pauseMs, least: 1 })
  const maxPauseMs = pause.has('maxTimeoutMs')
    ? pause.duration('maxTimeoutMs', { fallback: pauseMs, least: 1 })
    : inherited.maxPauseMs
  if (maxPauseMs !== null && maxPauseMs < pauseMs) {
    const name = pause.has('maxTimeoutMs') ? 'maxTimeoutMs' : 'timeoutMs'
    pause.refuse(
      name,
      name === 'timeoutMs'
        ? `at most maxTimeoutMs, which is ${maxPauseMs}`
        : `at least timeoutMs, which is ${pauseMs}`,
    )
  }
  return {
    maxMessages,
    maxWaitMs,
    pauseMs,
    maxPauseMs,
    exponential: pause.flag('exponential', inherited.exponential),
  }
}

/** The back-off; a first pause beyond the default longest one is the longest itself (E2). */
export function pausesOf({ pauseMs, maxPauseMs, exponential }: Poll): ResolvedPause {
  const maxTimeoutMs = maxPauseMs ?? Math.max(LONGEST_PAUSE_MS, pauseMs)
  return { timeoutMs: pauseMs, maxTimeoutMs, exponential }
}
