import type { Ledger } from '../ledger.ts'
import type { Checker, Finding, Replay } from '../replay.ts'

/** D2-D4, D7: what is given up, when, and by whom. */
export function lettersInOrder(): Checker {
  return {
    rule: 'D',
    see(entry, known) {
      const isSkip = entry.kind === 'given-up' && !entry.written
      if (entry.kind !== 'letter' && !isSkip) return null
      const { ownership, offset } = entry
      const ledger = known.ledgers.get(ownership)
      if (ledger === undefined) return { story: `message ${offset} was given up by nobody`, offset }
      const name = known.nameOf(ledger, offset)
      const against = (what: string): Finding => ({
        story: `${name} was given up at t=${entry.at} by ${ledger.process}, ${what}`,
        ownership,
        offset,
      })
      if (entry.kind === 'letter') {
        if (!entry.wasOurs) return against('which had lost the partition (D7)')
        if (!entry.isComplete) return against('and is not what it was (D4)')
        if (entry.attempts > ledger.failures) {
          return against(`after ${ledger.failures} failures, and says ${entry.attempts} (D4)`)
        }
      }
      return judged(ledger, offset, known, against)
    },
  }
}

function judged(
  ledger: Ledger,
  offset: number,
  known: Replay,
  against: (what: string) => Finding,
): Finding | null {
  const { lastThrew, failuresSinceLetter } = ledger
  const { maxRetries } = known.setup.letters!
  if (lastThrew === null) return against('and nothing had failed')
  if (failuresSinceLetter <= maxRetries) {
    return against(`after ${failuresSinceLetter} failures of ${maxRetries + 1} (D2)`)
  }
  if (known.setup.virtual !== null && !lastThrew.collapsed) {
    return against('from a run that was not collapsed (D2)')
  }
  const { named, offsets } = lastThrew
  if (named !== null && named !== offset && !ledger.marked.has(named)) {
    return against(`and ${named} had failed (D3)`)
  }
  if (named !== null) return null
  const first = offsets.find((each) => !ledger.finished.has(each))
  return first === offset || ledger.finished.has(offset)
    ? null
    : against(`and ${first} was the first that was not marked (D3)`)
}
