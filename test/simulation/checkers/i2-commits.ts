import type { Ledger } from '../ledger.ts'
import type { Checker } from '../replay.ts'

/** I2, O3, O5: the committed position never passes an unfinished message, and never goes back. */
export function commitsBehindWork(): Checker {
  return {
    rule: 'I2',
    see(entry, known) {
      if (entry.kind !== 'committed') return null
      const { ownership, offset } = entry
      const ledger = known.ledgers.get(ownership)
      if (ledger === undefined) return { story: `somebody without a partition committed ${offset}` }
      const { process, place, seekTo } = ledger
      if (seekTo === offset) return null
      const at = `${place.topic}#${place.partition}`
      const letters = known.setup.letters
      if (offset < ledger.lastCommit && !ledger.hasSought && !letters?.transactional) {
        const story = `${process} committed ${offset} of ${at} after ${ledger.lastCommit} (O5)`
        return { story, ownership }
      }
      const passed = known
        .due(ledger, ledger.start, offset)
        .find((message) => !isFinished(ledger, message.offset))
      if (passed === undefined) return null
      const name = known.nameOf(ledger, passed.offset)
      const how = ledger.done.has(passed.offset) ? 'marked' : 'finished'
      return {
        story: `${name} was committed past (${offset}) at t=${entry.at} by ${process}, and was not ${how}`,
        ownership,
        offset: passed.offset,
      }
    },
  }
}

/** A commit that was on its way when the user sought back is of what was finished before. */
function isFinished(
  { finished, finishedBefore, hasSought, position }: Ledger,
  offset: number,
): boolean {
  if (finished.has(offset) || finishedBefore.has(offset)) return true
  return hasSought && offset < position
}
