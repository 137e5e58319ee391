import type { ByCall, CallState, Wave } from './call-state.ts'
import type { Entry, Of } from './log.ts'
import { type Setup, TIMES } from './setup.ts'

/** What the log says of one ownership of one partition: what is done, finished, marked. */
export class Ledger {
  readonly ownership: number
  readonly process: string
  readonly place: Pick<Of<'assigned'>, 'group' | 'topic' | 'partition' | 'segmentId'>
  readonly position: number
  /** Group and partition. */
  readonly seat: string
  /** Where reading began: the committed position, or where the user sought. */
  start: number
  /** User code came to the end of the message. */
  readonly done = new Set<number>()
  /** It may be committed past: its call returned, it was marked, or given up (I2). */
  readonly finished = new Set<number>()
  /** It must not be seen again (I5). */
  readonly marked = new Set<number>()
  readonly running = new Set<CallState>()
  readonly jobs = new Set<number>()
  endedHow: Of<'ended'>['how'] | null = null
  endedAt = 0
  revokingAt: number | null = null
  /** What jobs have done counts when they end before that. */
  graceUntil = Number.POSITIVE_INFINITY
  lastCommit: number
  hasSought = false
  soughtAt = -1
  /** A seek that acts when the batch has ended. */
  seekTo: number | null = null
  wave: Wave | null = null
  /** Batches that failed, and the call that did so last. */
  failures = 0
  failuresSinceLetter = 0
  lastThrew: (CallState & { named: number | null }) | null = null
  isFailing = false
  failingAt = 0
  pausedUntil = 0
  /** Calls up to here must be collapsed (C1); `collapseMost`: none after it may be. */
  collapseUntil = -1
  collapseMost = -1
  /** Asked for by the user; acts from the next batch on. */
  collapseAsked = -1
  highestCalled = -1
  /** What was fetched ends here. */
  furthest = 0
  /** Where the next batch begins if nothing comes between; null: not known. */
  nextFrom: number | null = null
  letterFaults = 0
  /** Given up and left to the user to mark: what comes later covers them (D5). */
  readonly passed = new Set<number>()
  readonly finishedBefore = new Set<number>()
  private lateMarks: number[] = []
  private readonly doneByJob = new Map<number, number[]>()
  private readonly setup: Setup

  constructor(entry: Of<'assigned'>, setup: Setup) {
    const { ownership, process, group, topic, partition, segmentId, position } = entry
    this.ownership = ownership
    this.process = process
    this.place = { group, topic, partition, segmentId }
    this.seat = `${group}|${topic}#${partition}`
    this.position = position
    this.start = position
    this.lastCommit = position
    this.setup = setup
  }

  get overlaps(): boolean {
    return this.setup.virtual?.overlap ?? false
  }

  called(call: CallState): void {
    this.running.add(call)
    this.jobs.add(call.job)
    this.highestCalled = Math.max(this.highestCalled, ...call.offsets)
    this.wave?.calls.push(call)
  }

  update(entry: Entry): void {
    switch (entry.kind) {
      case 'revoking':
        this.revokingAt = entry.at
        this.graceUntil = Math.min(this.graceUntil, entry.at + this.graceMs)
        break
      case 'ended':
        this.endedHow = entry.how
        this.endedAt = entry.at
        break
      case 'batch':
        this.batch(entry)
        break
      case 'paused':
        this.paused(entry)
        break
      case 'committed':
        this.lastCommit = entry.offset
        break
      case 'letter':
        this.finished.add(entry.offset)
        break
      case 'given-up':
        this.finished.add(entry.offset)
        this.marked.add(entry.offset)
        if (!this.setup.letters!.markAfterDispatch) this.passed.add(entry.offset)
        this.settleFailure()
        this.failuresSinceLetter = 0
        break
    }
  }

  updateByCall(entry: ByCall, call: CallState): void {
    switch (entry.kind) {
      case 'seen':
        call.current = entry.offset
        break
      case 'done':
        call.current = null
        call.done.push(entry.offset)
        this.done.add(entry.offset)
        this.doneOf(call).push(entry.offset)
        break
      case 'marking':
        this.markable(entry.offset, call)
        break
      case 'marked':
        if (entry.ok) this.mark(entry, call)
        break
      case 'asked':
        this.asked(entry)
        break
      case 'returned':
        this.returned(call, entry.at)
        break
      case 'threw':
        this.threw(call, entry.named, entry.at)
        break
    }
  }

  private batch({ handedOut, next, at }: Of<'batch'>): void {
    this.endWave()
    if (this.seekTo !== null) this.sought(this.seekTo, at)
    for (const offset of this.lateMarks) this.marked.add(offset)
    this.lateMarks = []
    this.isFailing = false
    if (!this.overlaps) {
      this.collapseUntil = Math.max(this.collapseUntil, this.collapseAsked)
      const base = {
        handedOut,
        next,
        calls: [],
        threw: false,
        isThinned: false,
        pauseAt: null,
        hasSought: false,
      }
      this.wave = base
    }
    this.nextFrom = next
    this.furthest = Math.max(this.furthest, next)
  }

  private paused({ reason, at, ms }: Of<'paused'>): void {
    if (reason === 'throttle' || reason === 'delay') return
    this.pausedUntil = at + ms
    this.nextFrom = null
    if (reason === 'failure') this.settleFailure()
    this.endWave()
  }

  /** The failed batch has ended: what it handed out runs collapsed from now on (C1). */
  private settleFailure(): void {
    this.nextFrom = null
    const seen = this.wave?.calls.flatMap(({ offsets }) => offsets) ?? []
    const last = this.overlaps ? this.highestCalled : Math.max(-1, ...seen)
    this.collapseUntil = Math.max(this.collapseUntil, last)
    // One message at a time does not show what else its job was given.
    const isWholeKnown = this.overlaps && this.setup.handler !== 'each-message'
    const most = isWholeKnown ? this.highestCalled : this.furthest - 1
    this.collapseMost = Math.max(this.collapseMost, most)
    if (this.wave !== null) this.wave.threw = true
  }

  private mark({ offset, late }: Of<'marked'>, call: CallState): void {
    if (late && this.wave !== null) this.wave.isThinned = true
    const earlier = this.markable(offset, call)
    if (!late) for (const each of earlier) this.marked.add(each)
    // A mark of what was seen before a seek means nothing to what is read since.
    else if (!this.overlaps && this.seekTo === null && call.at > this.soughtAt)
      this.lateMarks.push(offset)
  }

  /** O2: a mark covers the earlier messages of its job. */
  private markable(offset: number, call: CallState): number[] {
    const covered = this.doneOf(call).filter((each) => each <= offset)
    for (const each of covered) this.finished.add(each)
    return covered
  }

  private asked({ what, offset }: Of<'asked'>): void {
    if (what === 'collapse') {
      this.collapseAsked = Math.max(this.collapseAsked, offset)
      this.collapseMost = Math.max(this.collapseMost, offset)
      return
    }
    if (what === 'seek') {
      this.hasSought = true
      this.seekTo = Math.min(this.seekTo ?? offset, offset)
      if (this.wave !== null) this.wave.hasSought = true
    } else if (this.wave !== null) {
      this.wave.pauseAt = Math.min(this.wave.pauseAt ?? offset, offset)
    }
    this.nextFrom = null
  }

  private doneOf({ job }: CallState): number[] {
    const done = this.doneByJob.get(job) ?? []
    this.doneByJob.set(job, done)
    return done
  }

  private returned(call: CallState, at: number): void {
    call.over = 'returned'
    this.running.delete(call)
    if (this.setup.manual) return
    if (this.setup.handler === 'each-message') {
      for (const offset of call.done) this.finished.add(offset)
      if (this.isInTime(at)) for (const offset of call.done) this.marked.add(offset)
    } else if (this.overlaps) for (const offset of call.done) this.finished.add(offset)
    else if (this.isInTime(at)) this.endWaveWhenDone()
    else for (const each of [call, ...(this.wave?.calls ?? [])]) this.mayBeFinished(each)
  }

  private threw(call: CallState, named: number | null, at: number): void {
    call.over = 'threw'
    this.running.delete(call)
    if (this.wave !== null) this.wave.threw = true
    if (!this.isFailing) {
      this.isFailing = true
      this.failingAt = at
      this.failures++
      this.failuresSinceLetter++
    }
    this.lastThrew = { ...call, named }
  }

  /** It ended beside the hooks, which have their time after the jobs. */
  private mayBeFinished({ over, done }: CallState): void {
    if (over === 'returned') for (const offset of done) this.finished.add(offset)
  }

  /** O7: who looks at the signal may have ended because of it, with messages undone. */
  private get graceMs(): number {
    return this.setup.heeds ? 0 : TIMES.revocationMs
  }

  /** What outlives the grace of a revocation or a stop marks nothing for sure any more (O5). */
  private isInTime(at: number): boolean {
    return this.endedHow === null && at < this.graceUntil
  }

  private endWaveWhenDone(): void {
    const { wave } = this
    if (wave === null || wave.threw) return
    const over = wave.calls.filter((call) => call.over !== null)
    if (wave.isThinned) for (const call of over) this.mayBeFinished(call)
    const ended = over.reduce((sum, { offsets }) => sum + offsets.length, 0)
    if (ended >= wave.handedOut) this.endWave()
  }

  /** O4: all went well, so all of it is marked; what lies before a pause may be committed. */
  private endWave(): void {
    const { wave } = this
    this.wave = null
    if (wave === null || wave.threw || this.setup.manual) return
    const done = wave.calls.flatMap((call) => (call.over === 'returned' ? call.done : []))
    if (wave.pauseAt === null && !wave.hasSought) {
      for (const offset of done) {
        this.finished.add(offset)
        this.marked.add(offset)
      }
    } else {
      const before = wave.pauseAt ?? -1
      for (const offset of done) if (offset < before) this.finished.add(offset)
    }
  }

  /** O5: what was done before counts no more. Where the batch failed, the seek may not have been done. */
  private sought(offset: number, at: number): void {
    this.soughtAt = at
    const isSure = !this.isFailing
    this.start = isSure ? offset : Math.min(this.start, offset)
    this.lastCommit = Math.min(this.lastCommit, offset)
    for (const each of this.finished) this.finishedBefore.add(each)
    for (const set of isSure ? [this.done, this.finished, this.marked] : [this.marked]) {
      for (const each of set) if (each >= offset) set.delete(each)
    }
    this.lateMarks = []
    this.highestCalled = offset - 1
    this.seekTo = null
  }
}
