import type { Checker, LoggedMessage, Replay } from '../replay.ts'
import { groupsOf, segmentOf } from '../routing.ts'
import { TIMES } from '../setup.ts'

/** I1: each message is consumed, given up, or still at or after the committed position. */
export function nothingLost(): Checker {
  const handled = new Set<string>()
  const handle = (known: Replay, ownership: number, offset: number) => {
    const ledger = known.ledgers.get(ownership)
    if (ledger !== undefined) handled.add(`${ledger.seat}@${offset}`)
  }
  return {
    rule: 'I1',
    see(entry, known) {
      if (entry.kind === 'done') handle(known, known.calls.get(entry.call)!.ownership, entry.offset)
      if (entry.kind === 'letter') handle(known, entry.ownership, entry.offset)
      if (entry.kind === 'given-up' && !entry.written) handle(known, entry.ownership, entry.offset)
      return null
    },
    end(known) {
      const { setup, now } = known
      for (const group of groupsOf(setup)) {
        for (const message of [...known.messages.values()].flat()) {
          const { topic, partition, offset } = message
          const seat = `${group}|${topic}#${partition}`
          const committed = known.committed.get(seat) ?? 0
          if (!isOf(group, message, known) || message.isRemoved || offset >= committed) continue
          if (setup.filter === 'expire' && now - message.at > TIMES.expireMs) continue
          if (handled.has(`${seat}@${offset}`)) continue
          const name = known.nameOf({ place: { ...message, group, segmentId: null } }, offset)
          return {
            story: `${name} was never consumed, and ${group} stands at ${committed}`,
            offset,
          }
        }
      }
      return null
    },
  }
}

function isOf(group: string, { key }: LoggedMessage, { setup }: Replay): boolean {
  const segment = segmentOf(key, setup)
  return segment === null || group === `g-parallel-${segment}`
}
