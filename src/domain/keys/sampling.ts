import type { ReadSummary } from '../model/document.ts'
import type { CountSpectrum } from './count-spectrum.ts'
import type { Bounds, SamplingFigures } from './key-profile.ts'

const Z_95 = 1.959964

/**
 * What a part of the log can tell about all of it; null when everything was read.
 * @param spectrum of the messages that have a key
 */
export function samplingFigures(
  read: ReadSummary,
  messages: number,
  spectrum: CountSpectrum,
): SamplingFigures | null {
  if (!isPart(read, messages)) return null
  const single = keysWith(spectrum, 1)
  const double = keysWith(spectrum, 2)
  const unseen = (single * (single - 1)) / (2 * (double + 1))
  const room = read.available === null ? unseen : Math.max(0, read.available - messages)
  return {
    fraction: read.available === null ? null : messages / read.available,
    coverage: spectrum.messages === 0 ? 0 : 1 - single / spectrum.messages,
    distinctAtLeast: Math.round(spectrum.distinct + Math.min(Math.max(0, unseen), room)),
    notes: notesOn(read),
  }
}

/**
 * 95 % Wilson interval of a share in the whole log, from the part that was read. Where the log's
 * length is known, reading much of it narrows the interval (finite population).
 */
export function shareInterval(own: number, messages: number, available: number | null): Bounds {
  if (messages === 0) return { lower: 0, upper: 1 }
  const share = own / messages
  if (available !== null && available <= messages) return { lower: share, upper: share }
  const trials =
    available === null ? messages : (messages * (available - 1)) / (available - messages)
  const z2 = Z_95 ** 2 / trials
  const middle = share + z2 / 2
  const half = Math.sqrt(z2 * (share * (1 - share) + z2 / 4))
  return {
    lower: Math.max(0, (middle - half) / (1 + z2)),
    upper: Math.min(1, (middle + half) / (1 + z2)),
  }
}

/** Whether there is more than what was read, as far as the source can tell. */
function isPart(read: ReadSummary, messages: number): boolean {
  if (read.available !== null) return messages < read.available
  return read.interrupted || read.sample !== 'all'
}

function keysWith(spectrum: CountSpectrum, messages: number): number {
  const at = spectrum.counts.indexOf(messages)
  return at < 0 ? 0 : spectrum.keys[at]!
}

const NOTES: Readonly<Record<ReadSummary['sample'], string>> = {
  all: 'The messages come from the start of the selection: what changed later does not show.',
  head: 'Only the oldest messages of each partition were read: keys that became hot later are missing, and shares hold for that time alone.',
  tail: 'Only the newest messages of each partition were read: shares hold for the recent past, not for the whole log.',
  spread:
    'Stretches all over each partition were read: shares stand for the whole log, but messages next to each other are often alike, so the true intervals are somewhat wider than those given.',
}

function notesOn(read: ReadSummary): string[] {
  return [
    NOTES[read.sample],
    ...(read.sample === 'spread'
      ? ['Batches and bursts are seen within a stretch only: peaks between stretches are missed.']
      : []),
    ...(read.interrupted ? ['Reading was interrupted: partitions may be read unevenly far.'] : []),
    'Keys that were not met are not counted: the number of distinct keys is a lower bound.',
    ...(read.available !== null && read.ranges.length > 1
      ? [
          'Equal numbers of messages are read per partition where a limit is given, so busy partitions weigh less than in the log.',
        ]
      : []),
  ]
}
