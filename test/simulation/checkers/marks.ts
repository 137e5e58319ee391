import type { Checker } from '../replay.ts'

/** O5, L4: marking answers whether the partition is ours. */
export function marksAnswer(): Checker {
  return {
    rule: 'O5',
    see(entry, known) {
      if (entry.kind !== 'marked') return null
      const { ownership, process } = known.calls.get(entry.call)!
      const ledger = known.ledgers.get(ownership)
      if (ledger === undefined) return null
      const name = known.nameOf(ledger, entry.offset)
      if (entry.ok && ledger.endedHow !== null) {
        const story = `${process} was told at t=${entry.at} that ${name} is marked, and had lost it`
        return { story, ownership, offset: entry.offset }
      }
      const isLeaving = ledger.revokingAt !== null || known.stopping.has(process)
      if (entry.ok || entry.now || ledger.endedHow !== null || isLeaving) return null
      const story = `${process} was told at t=${entry.at} that ${name} is not its own, and it was`
      return { story, ownership, offset: entry.offset }
    },
  }
}
