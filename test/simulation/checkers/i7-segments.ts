import type { Checker } from '../replay.ts'
import { segmentOf } from '../routing.ts'

/** I7, P2, P4: each message is in exactly one segment, and its consumer knows which. */
export function segmentsApart(): Checker {
  return {
    rule: 'I7',
    see(entry, known) {
      if (entry.kind !== 'call') return null
      const { ownership, segmentId, process } = entry
      const ledger = known.ledgers.get(ownership)
      if (ledger === undefined) return { story: `${process} called user code without a partition` }
      const messages = entry.offsets.map((offset) => known.of(ledger.place)[offset]!)
      const stray = messages.find(
        ({ key }) =>
          segmentOf(key, known.setup) !== segmentId || segmentId !== ledger.place.segmentId,
      )
      if (stray === undefined) return null
      const story = `${known.nameOf(ledger, stray.offset)} came to segment ${segmentId} at t=${entry.at}, and is of ${segmentOf(stray.key, known.setup)}`
      return { story, ownership, offset: stray.offset }
    },
  }
}
