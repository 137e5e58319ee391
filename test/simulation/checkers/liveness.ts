import type { Checker } from '../replay.ts'
import { groupsOf } from '../routing.ts'

/** When faults stop, everything is consumed and nothing lags; whoever stops comes to an end (L3). */
export function comesToAnEnd(): Checker {
  const stopping = new Set<string>()
  let isDrained = false
  return {
    rule: 'liveness',
    see(entry, known) {
      if (entry.kind === 'stopping') stopping.add(entry.process)
      if (entry.kind === 'stopped' || entry.kind === 'crashed') stopping.delete(entry.process)
      if (entry.kind !== 'drained') return null
      isDrained = entry.ok
      if (isDrained) return null
      for (const group of groupsOf(known.setup)) {
        for (const [partition, messages] of known.messages) {
          const committed = known.committed.get(`${group}|${partition}`) ?? 0
          if (committed >= messages.length) continue
          const story = `${group} stands at ${committed} of ${messages.length} in ${partition} at t=${entry.at}, long after the faults`
          return { story, offset: committed }
        }
      }
      return { story: `not every process is back at t=${entry.at}, long after the faults` }
    },
    end() {
      const [left] = stopping
      return left === undefined ? null : { story: `${left} was told to stop, and never did (L3)` }
    },
  }
}
