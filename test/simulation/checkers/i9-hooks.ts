import type { Of } from '../log.ts'
import type { Checker, Finding, Replay } from '../replay.ts'
import { TIMES } from '../setup.ts'

interface Seen {
  readonly process: string
  readonly ownership: number
  hook: string | null
}

/** I9, L1: `revoked` and `shutdown` run once per instance that existed, after its job or its grace. */
export function hooksOnce(): Checker {
  const instances = new Map<number, Seen>()
  return {
    rule: 'I9',
    see(entry, known) {
      const late = entry.kind === 'call' ? calledWhileLeaving(entry, known) : null
      if (late !== null) return late
      if (entry.kind === 'call' && entry.instance !== null) {
        const { process, ownership } = entry
        const seen = instances.get(entry.instance) ?? { process, ownership, hook: null }
        instances.set(entry.instance, seen)
        if (seen.hook === null) return null
        const story = `instance ${entry.instance} of ${process} was called at t=${entry.at} after its ${seen.hook}`
        return { story, ownership }
      }
      return entry.kind === 'hook' ? hookRan(entry, instances.get(entry.instance), known) : null
    },
    end(known) {
      for (const [instance, { process, ownership, hook }] of instances) {
        const { endedHow } = known.ledgers.get(ownership)!
        if (hook !== null || endedHow === 'crashed' || endedHow === null) continue
        if (known.stopping.get(process) === -1) continue
        const story = `instance ${instance} of ${process} was never told that its partition is ${endedHow}`
        return { story, ownership }
      }
      return null
    },
  }
}

/** L1, L3: no job is started any more once the partition is given up. */
function calledWhileLeaving(entry: Of<'call'>, known: Replay): Finding | null {
  const { process, ownership, offsets } = entry
  const ledger = known.ledgers.get(ownership)
  if (ledger === undefined) return null
  const isLeaving = ledger.revokingAt !== null || known.stopping.has(process)
  if (ledger.endedHow === null && !isLeaving) return null
  const name = known.nameOf(ledger, offsets[0]!)
  return { story: `${name} was begun at t=${entry.at} by ${process}, which gives it up`, ownership }
}

function hookRan(entry: Of<'hook'>, seen: Seen | undefined, known: Replay): Finding | null {
  const { instance, process, hook, at } = entry
  if (seen === undefined) return null
  const { ownership } = seen
  if (seen.hook !== null) {
    return {
      story: `instance ${instance} of ${process} had ${seen.hook} and then ${hook}`,
      ownership,
    }
  }
  seen.hook = hook
  const ledger = known.ledgers.get(ownership)!
  const since =
    hook === 'shutdown'
      ? known.stopping.get(process)
      : (ledger.revokingAt ?? (ledger.endedHow === 'lost' ? ledger.endedAt : undefined))
  if (since === undefined) {
    return { story: `instance ${instance} of ${process} had ${hook} out of the blue`, ownership }
  }
  const grace = hook === 'shutdown' ? TIMES.shutdownMs : TIMES.revocationMs
  const isRunning = [...ledger.running].some((call) => call.instance === instance)
  if (!isRunning || at >= since + grace) return null
  const story = `instance ${instance} of ${process} had ${hook} at t=${at} while its job still ran`
  return { story, ownership }
}
