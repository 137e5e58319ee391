import type { Ledger } from '../ledger.ts'
import type { Entry } from '../log.ts'
import type { Checker, Replay } from '../replay.ts'
import { segmentOf } from '../routing.ts'

/** L1, L3, O5: what materialised is committed before a partition is given up, or `Now` resolves. */
export function committedBeforeLeaving(): Checker {
  const faults = new Map<string, number>()
  return {
    rule: 'L3',
    see(entry, known) {
      if (entry.kind === 'fault') faults.set(`${entry.process} ${entry.group}`, entry.at)
      const ownership = promisedBy(entry, known)
      const ledger = ownership === null ? undefined : known.ledgers.get(ownership)
      if (ledger === undefined || ledger.hasSought) return null
      // What expired may have been handed out before.
      if (known.setup.filter === 'expire') return null
      const { process, place, lastCommit } = ledger
      const since = ledger.revokingAt ?? known.stopping.get(process) ?? 0
      const faultAt = faults.get(`${process} ${place.group}`) ?? -1
      if (entry.kind === 'ended' && faultAt >= since) return null
      // What was compacted away meanwhile may have been handed out before.
      const due = known
        .of(place)
        .filter(({ key }) => segmentOf(key, known.setup) === place.segmentId)
      const materialised = materialisedOf(ledger, due)
      if (lastCommit >= materialised) return null
      const what = entry.kind === 'ended' ? 'gave up' : 'committed now'
      const story = `${process} ${what} ${place.topic}#${place.partition} at t=${entry.at} with ${lastCommit} committed, where ${materialised} had materialised`
      return { story, ownership: ledger.ownership }
    },
  }
}

/** The offset up to which everything is marked for sure. */
function materialisedOf(
  { start, marked, passed }: Ledger,
  due: readonly { readonly offset: number }[],
): number {
  let position = start
  for (const { offset } of due) {
    if (offset < start) continue
    if (!marked.has(offset) || passed.has(offset)) break
    position = offset + 1
  }
  return position
}

/** The ownership of which the entry says that all is committed; null: it says no such thing. */
function promisedBy(entry: Entry, known: Replay): number | null {
  if (entry.kind === 'ended') {
    return entry.how === 'revoked' || entry.how === 'left' ? entry.ownership : null
  }
  if (entry.kind !== 'marked' || !entry.now || !entry.ok) return null
  return known.calls.get(entry.call)!.ownership
}
