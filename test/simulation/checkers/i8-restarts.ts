import type { Checker } from '../replay.ts'

/** I8, O7: an ownership begins at the committed position, whatever happened before, and sees nothing below. */
export function restartsWhereCommitted(): Checker {
  return {
    rule: 'I8',
    see(entry, known) {
      if (entry.kind === 'assigned') {
        const { topic, partition, group, position, ownership } = entry
        const committed = known.committed.get(`${group}|${topic}#${partition}`) ?? 0
        if (committed === position) return null
        const story = `${topic}#${partition} began at ${position} where ${group} had committed ${committed}`
        return { story, ownership }
      }
      if (entry.kind === 'committed') {
        const ledger = known.ledgers.get(entry.ownership)
        if (ledger === undefined || ledger.endedHow === null) return null
        const story = `${ledger.process} committed ${entry.offset} at t=${entry.at}, when its ownership was over`
        return { story, ownership: entry.ownership }
      }
      if (entry.kind !== 'seen') return null
      const { ownership, process } = known.calls.get(entry.call)!
      const ledger = known.ledgers.get(ownership)
      if (ledger === undefined || entry.offset >= ledger.start) return null
      const name = known.nameOf(ledger, entry.offset)
      const story = `${name} was seen at t=${entry.at} by ${process}, which began at ${ledger.start}`
      return { story, ownership, offset: entry.offset }
    },
  }
}
