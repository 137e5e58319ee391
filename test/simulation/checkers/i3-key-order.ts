import type { CallState } from '../call-state.ts'
import type { Ledger } from '../ledger.ts'
import type { Checker, Replay } from '../replay.ts'

/** I3: in one VP messages are seen in offset order; messages of one key are, unless keys may move. */
export function keysInOrder(): Checker {
  return {
    rule: 'I3',
    see(entry, known) {
      if (entry.kind !== 'seen') return null
      const call = known.calls.get(entry.call)!
      const ledger = known.ledgers.get(call.ownership)
      if (ledger === undefined) return null
      const last = call.done.at(-1) ?? -1
      if (entry.offset <= last) {
        const story = `${known.nameOf(ledger, entry.offset)} came after ${last} in one call`
        return { story, ownership: call.ownership, offset: entry.offset }
      }
      const before = earlierUndone(entry.offset, call, ledger, known)
      if (before === null) return null
      const [name, earlier] = [known.nameOf(ledger, entry.offset), before]
      return {
        story: `${name} was seen at t=${entry.at} by ${call.process} (VP ${call.virtualPartition}) before message ${earlier} of the key was done`,
        ownership: call.ownership,
        offset: earlier,
      }
    },
  }
}

/** A message of the same key that is not done, or is being worked on again by another call. */
function earlierUndone(
  offset: number,
  call: CallState,
  ledger: Ledger,
  known: Replay,
): number | null {
  const key = known.of(ledger.place)[offset]!.key
  const ofKey = known.due(ledger, ledger.start, offset).filter((message) => message.key === key)
  const undone = ofKey.find(
    (each) => !ledger.done.has(each.offset) && !ledger.finished.has(each.offset),
  )
  if (undone !== undefined) return undone.offset
  for (const other of ledger.running) {
    if (other === call || other.current === null) continue
    if (known.of(ledger.place)[other.current]!.key === key) return other.current
  }
  return null
}
