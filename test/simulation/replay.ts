import type { CallState } from './call-state.ts'
import { Ledger } from './ledger.ts'
import type { Call, Entry, Log, Of } from './log.ts'
import { segmentOf } from './routing.ts'
import { type Setup, TIMES } from './setup.ts'

/** A message as it was appended. */
export interface LoggedMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly at: number
  isRemoved: boolean
}

/** What a rule has against a run. */
export interface Violation {
  readonly rule: string
  /** One sentence that proves it. */
  readonly story: string
  readonly at: number
  /** What it is about, for picking the entries that tell more; null: not one. */
  readonly ownership: number | null
  readonly offset: number | null
}

/** Judges a run by its log: each entry is seen with what was known before it. */
export interface Checker {
  readonly rule: string
  /** @returns what is wrong; null: nothing */
  see(entry: Entry, known: Replay): Finding | null
  /** After the last entry. */
  end?(known: Replay): Finding | null
}

export interface Finding {
  readonly story: string
  readonly ownership?: number
  readonly offset?: number
}

/** The log read again from the start: what is known of ownerships, calls and messages so far. */
export class Replay {
  readonly setup: Setup
  readonly ledgers = new Map<number, Ledger>()
  readonly calls = new Map<number, CallState>()
  /** Of each partition, ascending. */
  readonly messages = new Map<string, LoggedMessage[]>()
  /** What stands at the cluster, by group and partition. */
  readonly committed = new Map<string, number>()
  /** Calls that run, by process. */
  readonly running = new Map<string, Set<CallState>>()
  /** When processes were told to stop; -1: they have died. */
  readonly stopping = new Map<string, number>()
  isQuiet = false
  now = 0

  constructor(setup: Setup) {
    this.setup = setup
  }

  update(entry: Entry): void {
    this.now = entry.at
    switch (entry.kind) {
      case 'appended':
        this.of(entry).push({ ...entry, isRemoved: false })
        break
      case 'removed':
        this.of(entry)[entry.offset]!.isRemoved = true
        break
      case 'assigned':
        this.ledgers.set(entry.ownership, new Ledger(entry, this.setup))
        break
      case 'crashed':
        this.running.delete(entry.process)
        this.stopping.set(entry.process, -1)
        break
      case 'stopping':
        this.stopping.set(entry.process, entry.at)
        for (const ledger of this.ledgers.values()) {
          if (ledger.process === entry.process) ledger.graceUntil = entry.at + TIMES.shutdownMs
        }
        break
      case 'quiet':
        this.isQuiet = true
        break
      case 'call':
        this.called(entry)
        break
      case 'committed': {
        const ledger = this.ledgers.get(entry.ownership)
        if (ledger !== undefined) this.committed.set(ledger.seat, entry.offset)
        ledger?.update(entry)
        break
      }
      default:
        this.updateLedger(entry)
    }
  }

  /** Messages of a partition that its owner is to consume and that come before the offset. */
  due(ledger: Ledger, from: number, before: number): LoggedMessage[] {
    const all = this.of(ledger.place)
    return all.slice(from, before).filter((message) => this.isDue(message, ledger))
  }

  isDue(message: LoggedMessage, { place }: Pick<Ledger, 'place'>): boolean {
    if (message.isRemoved || segmentOf(message.key, this.setup) !== place.segmentId) return false
    return this.setup.filter !== 'expire' || this.now - message.at <= TIMES.expireMs
  }

  of(place: { readonly topic: string; readonly partition: number }): LoggedMessage[] {
    const name = `${place.topic}#${place.partition}`
    const known = this.messages.get(name) ?? []
    this.messages.set(name, known)
    return known
  }

  /** `message 17 of orders#0 (key k3)` */
  nameOf({ place }: Pick<Ledger, 'place'>, offset: number): string {
    const key = this.of(place)[offset]?.key ?? 'none'
    const group = place.segmentId === null ? '' : ` for segment ${place.segmentId}`
    return `message ${offset} of ${place.topic}#${place.partition} (key ${key})${group}`
  }

  private called(entry: Of<'call'>): void {
    const call: CallState = {
      ...(entry as Call),
      at: entry.at,
      done: [],
      current: null,
      over: null,
    }
    this.calls.set(entry.call, call)
    const running = this.running.get(entry.process) ?? new Set()
    this.running.set(entry.process, running.add(call))
    this.ledgers.get(entry.ownership)?.called(call)
  }

  private updateLedger(entry: Entry): void {
    if ('call' in entry) {
      const call = this.calls.get(entry.call)!
      if (entry.kind === 'returned' || entry.kind === 'threw') {
        this.running.get(call.process)?.delete(call)
      }
      this.ledgers.get(call.ownership)?.updateByCall(entry as Exclude<typeof entry, Call>, call)
    } else if ('ownership' in entry) this.ledgers.get(entry.ownership)?.update(entry)
  }
}

/** Reads the log for all checkers at once. @returns the first violation; null: none */
export function judge(log: Log, setup: Setup, checkers: readonly Checker[]): Violation | null {
  const replay = new Replay(setup)
  const named = (checker: Checker, found: Finding): Violation => ({
    rule: checker.rule,
    story: found.story,
    at: replay.now,
    ownership: found.ownership ?? null,
    offset: found.offset ?? null,
  })
  for (const entry of log.entries) {
    replay.now = entry.at
    for (const checker of checkers) {
      const found = checker.see(entry, replay)
      if (found !== null) return named(checker, found)
    }
    replay.update(entry)
  }
  for (const checker of checkers) {
    const found = checker.end?.(replay) ?? null
    if (found !== null) return named(checker, found)
  }
  return null
}
