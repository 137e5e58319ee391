import { documentKey } from '../model/key-text.ts'
import type { KeyPlaces } from './key-places.ts'
import type { Burst, Bursts } from './key-profile.ts'
import type { KeyTable } from './key-table.ts'
import { NO_TIME, type TimeWindows } from './time-windows.ts'

/** A window with fewer messages is too small a sample. */
const LEAST_MESSAGES = 100
/** A key that has this part of a window ... */
const LEAST_SHARE = 0.2
/** ... and this many times its share of all messages is hot for a while. */
const LEAST_RATIO = 5
const LISTED = 10

interface Found {
  readonly key: number
  readonly window: number
  readonly messages: number
}

/**
 * Keys that are hot for a short while only: at least a fifth of a window's messages, in a window of
 * at least 100, and at least five times the key's share of all messages. Each key in the window
 * where it was hottest, most messages first, at most ten.
 */
export function burstsOf(table: KeyTable, places: KeyPlaces, messages: number): Bursts {
  const { windows } = places
  const range = rangeOf(windows)
  if (range === null) return { windowMs: null, windows: 0, peakToMean: 0, keys: [] }
  const found = hottestWindows(table, places, messages)
  const burst = ({ key, window, messages: own }: Found): Burst => ({
    key: documentKey(table.keyAt(key).slice()),
    window: isoTime(windows.numbers[window]! * windows.widthMs),
    messages: own,
    shareOfWindow: own / windows.messages[window]!,
    share: table.messagesOf(key) / messages,
  })
  return {
    windowMs: windows.widthMs,
    windows: range.windows,
    peakToMean: (range.peak * range.windows) / range.messages,
    keys: found
      .sort((a, b) => b.messages - a.messages || table.compareKeys(a.key, b.key))
      .slice(0, LISTED)
      .map(burst),
  }
}

/** Windows from the first to the last one, empty ones included. */
function rangeOf(windows: TimeWindows): { windows: number; peak: number; messages: number } | null {
  if (windows.size === 0) return null
  let [first, last, peak, messages] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]
  for (let id = NO_TIME + 1; id < windows.numbers.length; id++) {
    first = Math.min(first, windows.numbers[id]!)
    last = Math.max(last, windows.numbers[id]!)
    peak = Math.max(peak, windows.messages[id]!)
    messages += windows.messages[id]!
  }
  return { windows: last - first + 1, peak, messages }
}

function hottestWindows(table: KeyTable, places: KeyPlaces, messages: number): Found[] {
  const { times, windows } = places
  const hottest = new Map<number, Found>()
  const consider = (key: number, window: number, own: number) => {
    if (own < LEAST_SHARE * LEAST_MESSAGES) return
    const all = windows.messages[window]!
    if (window === NO_TIME || all < LEAST_MESSAGES || own < LEAST_SHARE * all) return
    if (own / all < (LEAST_RATIO * table.messagesOf(key)) / messages) return
    const before = hottest.get(key)
    if (before === undefined || isHotter(windows, own, window, before)) {
      hottest.set(key, { key, window, messages: own })
    }
  }
  const elsewhere = new Float64Array(table.size)
  for (let entry = 0; entry < times.size; entry++) {
    const key = times.keyOf(entry)
    elsewhere[key] = elsewhere[key]! + times.countOf(entry)
    consider(key, times.valueOf(entry), times.countOf(entry))
  }
  for (let key = 0; key < table.size; key++) {
    consider(key, places.windowOf(key), table.messagesOf(key) - elsewhere[key]!)
  }
  return [...hottest.values()]
}

function isHotter(windows: TimeWindows, own: number, window: number, before: Found): boolean {
  if (own !== before.messages) return own > before.messages
  return windows.numbers[window]! < windows.numbers[before.window]!
}

/** Times beyond what a date can hold are written as milliseconds. */
function isoTime(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`
}
