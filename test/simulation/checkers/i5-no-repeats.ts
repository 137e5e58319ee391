import type { Checker } from '../replay.ts'

/** I5, O7, C4: within one ownership no marked message is seen again. */
export function markedStayMarked(): Checker {
  return {
    rule: 'I5',
    see(entry, known) {
      if (entry.kind !== 'seen') return null
      const { ownership, process } = known.calls.get(entry.call)!
      const ledger = known.ledgers.get(ownership)
      if (ledger === undefined || !ledger.marked.has(entry.offset)) return null
      const name = known.nameOf(ledger, entry.offset)
      const story = `${name} was marked, and seen again at t=${entry.at} by ${process} in the same ownership`
      return { story, ownership, offset: entry.offset }
    },
  }
}
