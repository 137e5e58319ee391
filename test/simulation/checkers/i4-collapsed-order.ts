import type { Entry } from '../log.ts'
import type { Checker, Finding, Replay } from '../replay.ts'

/** I4, C1: collapsed batches are seen in log order over the whole partition, alone, when they must be. */
export function collapsedInOrder(): Checker {
  return {
    rule: 'I4',
    see(entry, known) {
      if (entry.kind === 'seen') return seen(entry, known)
      if (entry.kind === 'call') return called(entry, known)
      if (entry.kind === 'batch') return batch(entry, known)
      return null
    },
  }
}

function seen(entry: Extract<Entry, { kind: 'seen' | 'done' }>, known: Replay): Finding | null {
  const call = known.calls.get(entry.call)!
  const { ownership, process } = call
  const ledger = known.ledgers.get(ownership)
  if (ledger === undefined) return null
  const isInOrder = call.collapsed || known.setup.virtual === null
  const beside = [...ledger.running].find((other) => other !== call && other.current !== null)
  const name = known.nameOf(ledger, entry.offset)
  if (beside !== undefined && (isInOrder || beside.collapsed)) {
    const story = `${name} was seen at t=${entry.at} by ${process} beside ${beside.current}, though one of them ran collapsed`
    return { story, ownership, offset: entry.offset }
  }
  if (!isInOrder) return null
  const skipped = known
    .due(ledger, ledger.start, entry.offset)
    .find(({ offset }) => !ledger.done.has(offset) && !ledger.finished.has(offset))
  if (skipped === undefined) return null
  const story = `${name} was seen collapsed at t=${entry.at} by ${process} before message ${skipped.offset} was done`
  return { story, ownership, offset: skipped.offset }
}

function called(entry: Extract<Entry, { kind: 'call' }>, known: Replay): Finding | null {
  const ledger = known.ledgers.get(entry.ownership)
  if (ledger === undefined) return null
  const first = entry.offsets[0]!
  // What starts at the very moment of the failure may have been ahead of it.
  const isHeld = ledger.overlaps && ledger.isFailing && entry.at > ledger.failingAt
  if (isHeld && !ledger.jobs.has(entry.job)) {
    const story = `${known.nameOf(ledger, first)} was handed out at t=${entry.at}, after the failure at t=${ledger.failingAt} (V7)`
    return { story, ownership: entry.ownership, offset: first }
  }
  if (known.setup.virtual === null || entry.collapsed) return null
  if (first > ledger.collapseUntil) return null
  const name = known.nameOf(ledger, first)
  return {
    story: `${name} was run in VP ${entry.virtualPartition} at t=${entry.at}, though everything up to ${ledger.collapseUntil} runs collapsed (C1, C2)`,
    ownership: entry.ownership,
    offset: first,
  }
}

/** C1: the first batch after that offset is virtual again; V7: batches do not overlap unasked. */
function batch(entry: Extract<Entry, { kind: 'batch' }>, known: Replay): Finding | null {
  const ledger = known.ledgers.get(entry.ownership)
  if (ledger === undefined) return null
  const { ownership, process, nextFrom, collapseMost } = ledger
  if (entry.collapsed && nextFrom !== null && nextFrom > collapseMost) {
    const story = `${process} ran a batch from ${nextFrom} collapsed, which was asked for up to ${collapseMost} (C1)`
    return { story, ownership }
  }
  if (ledger.overlaps || entry.handedOut === 0 || ledger.running.size === 0) return null
  const [running] = ledger.running
  const story = `${process} was given the batch up to ${entry.next} at t=${entry.at} while message ${running!.current ?? running!.offsets[0]} still ran (V7)`
  return { story, ownership }
}
