import type { Checker } from '../replay.ts'
import { TIMES } from '../setup.ts'

/** E1, E2: after a failure the partition waits before anything of it runs again. */
export function pausesHold(): Checker {
  return {
    rule: 'E2',
    see(entry, known) {
      if (entry.kind === 'paused' && entry.reason === 'failure' && entry.ms < TIMES.pauseMs) {
        const story = `a failure paused for ${entry.ms} ms at t=${entry.at}, and ${TIMES.pauseMs} is the least`
        return { story, ownership: entry.ownership }
      }
      if (entry.kind !== 'call') return null
      const ledger = known.ledgers.get(entry.ownership)
      if (ledger === undefined || entry.at >= ledger.pausedUntil) return null
      const story = `${known.nameOf(ledger, entry.offsets[0]!)} ran at t=${entry.at}, and the partition pauses until ${ledger.pausedUntil}`
      return { story, ownership: entry.ownership, offset: entry.offsets[0]! }
    },
  }
}
