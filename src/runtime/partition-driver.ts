import type { NewMessage, TopicPartition } from '../domain/model/cluster.ts'
import type { Effect, Input, Job } from '../domain/virtual/coordination.ts'
import { begin, type CoordinatorState, next } from '../domain/virtual/coordinator.ts'
import { BrokerError } from '../errors.ts'
import { coordinationOf } from './coordination-of.ts'
import { deadLetter, sourceError } from './dead-letter.ts'
import type { GroupWork } from './group-work.ts'
import type { HeldMessage } from './held-message.ts'
import type { InstanceFactory } from './instance.ts'
import type { JobPartition } from './job-context.ts'
import { Mutex } from './mutex.ts'
import { disown, isLeaving, isOwned, leave, newOwnership } from './ownership.ts'
import { PartitionEvents } from './partition-events.ts'
import { PartitionFetch } from './partition-fetch.ts'
import { type Hook, PartitionInstances } from './partition-instances.ts'
import { PartitionJobs } from './partition-jobs.ts'
import type { ResolvedTopic } from './settings/resolved-settings.ts'
import { splitOf } from './split-of.ts'
import type { Runnable } from './worker-pool.ts'

type Order<T extends Effect<HeldMessage>['type']> = Extract<Effect<HeldMessage>, { type: T }>

/** What one assigned partition needs beside its group's work. */
export interface PartitionSetup {
  readonly place: TopicPartition
  readonly position: number
  readonly topic: ResolvedTopic
  readonly makeInstance: InstanceFactory
  readonly work: GroupWork
}

/**
 * One ownership of one partition: feeds its coordinator with facts and carries out its orders.
 * Nothing that comes late reaches a later ownership, which has a driver of its own (L4).
 */
export class PartitionDriver implements Runnable, JobPartition {
  readonly place: TopicPartition
  readonly topic: string
  readonly partition: number
  readonly group: string
  readonly segmentId: number | null
  readonly segmentOrigin: string
  readonly marksEach: boolean
  readonly ownership = newOwnership()
  private readonly revocation = new AbortController()
  readonly revokedSignal: AbortSignal = this.revocation.signal
  private readonly settings: ResolvedTopic
  private readonly work: GroupWork
  private readonly told: PartitionEvents
  private readonly fetching: PartitionFetch
  private readonly instances: PartitionInstances
  private readonly jobs: PartitionJobs
  private readonly mutex = new Mutex()
  private readonly first: readonly Effect<HeldMessage>[]
  private state: CoordinatorState<HeldMessage>
  private fetch: AbortController | null = null
  private lastFetch: Promise<void> = Promise.resolve()
  private cancelPause: () => void = () => {}

  constructor({ place, position, topic, makeInstance, work }: PartitionSetup) {
    this.place = place
    this.topic = place.topic
    this.partition = place.partition
    this.group = work.group
    this.segmentId = work.segmentId
    this.segmentOrigin = work.origin
    this.marksEach = !topic.manualOffsets
    this.settings = topic
    this.work = work
    const told = new PartitionEvents(work, place)
    this.told = told
    this.instances = new PartitionInstances(makeInstance, (hook, error) =>
      told.error(`consumer.${hook}.error`, error, {}),
    )
    this.jobs = new PartitionJobs({
      partition: this,
      instances: this.instances,
      told,
      ended: (job, outcome) => this.feed({ type: 'ended', job, outcome }),
    })
    this.fetching = new PartitionFetch({
      place,
      topic,
      session: work.session,
      clock: work.clock,
      arrivals: work.arrivals,
      filters: work.filtersOf(place, topic, (error, offset) =>
        told.error('parallel_segments.partitioner.error', error, { offset }),
      ),
      held: ({ reason, offset, ms }) => told.paused(reason, offset, ms, 1),
    })
    const [state, effects] = begin<HeldMessage>(
      coordinationOf(topic, work.pool.concurrency),
      position,
    )
    this.state = state
    this.first = effects
  }

  /** No job is started any more. */
  get isLeaving(): boolean {
    return isLeaving(this.ownership)
  }

  /** Begins to fetch. */
  start(): void {
    this.told.assigned(this.state.tracker.position)
    this.perform(this.first)
  }

  run(virtualPartition: number, worker: number): Promise<void> | 'done' | 'nothing' {
    if (this.isLeaving) return 'nothing'
    const effects = this.step({ type: 'take', virtualPartition })
    const [order] = effects
    if (order?.type === 'run') return this.jobs.run(order.job, worker)
    // All of it was marked while it waited, so that its batch may have ended.
    this.perform(effects)
    return 'nothing'
  }

  mark(job: Job<HeldMessage>, offset: number, metadata: string | undefined): boolean {
    if (!isOwned(this.ownership)) return false
    this.feed({ type: 'mark', job, offset, ...(metadata !== undefined && { metadata }) })
    return true
  }

  async commitNow(): Promise<boolean> {
    return (await this.work.commits.flush([this.place])) && isOwned(this.ownership)
  }

  collapseUntil(until: number): void {
    this.feed({ type: 'collapse', until })
  }

  pause(job: Job<HeldMessage>, offset: number, ms: number): void {
    this.feed({ type: 'pause', job, offset, ms })
  }

  seek(job: Job<HeldMessage>, offset: number): void {
    this.feed({ type: 'seek', job, offset })
  }

  synchronize<T>(run: () => T | Promise<T>): Promise<T> {
    return this.mutex.synchronize(run)
  }

  produce(topic: string, message: NewMessage): Promise<void> {
    return this.work.session.produce(topic, message, null)
  }

  /**
   * Ends this ownership in order: no job is started any more, those that run end within the time,
   * then the instances' hooks run, once each (L1, L3). What they mark counts and is to be committed;
   * what outlives its time marks nothing any more, because nobody would commit that (O5).
   */
  async windDown(hook: Hook, withinMs: number): Promise<void> {
    this.stopWorking()
    if (hook === 'revoked') this.revocation.abort()
    await this.work.within(withinMs, this.jobs.settled())
    await this.work.within(withinMs, this.instances.end(hook))
    disown(this.ownership)
    this.feed({ type: 'revoked' })
  }

  /** Somebody else has the partition already: late outcomes and marks change nothing (L4, O5). */
  lose(): void {
    disown(this.ownership)
    this.stopWorking()
    this.feed({ type: 'revoked' })
    this.revocation.abort()
  }

  /** The ownership has ended, in order or by `lose`; the first reason is told. */
  close(reason: 'taken' | 'lost' | 'stopped'): void {
    this.told.revoked(reason)
  }

  private stopWorking(): void {
    leave(this.ownership)
    this.fetch?.abort()
    this.fetching.close()
    this.cancelPause()
  }

  private feed(input: Input<HeldMessage>): void {
    this.perform(this.step(input))
  }

  private step(input: Input<HeldMessage>): readonly Effect<HeldMessage>[] {
    const [state, effects] = next(this.state, input)
    this.state = state
    return effects
  }

  private perform(effects: readonly Effect<HeldMessage>[]): void {
    let isReady = false
    for (const effect of effects) {
      if (effect.type === 'ready') {
        isReady = true
        if (!this.isLeaving) this.work.pool.add(this, effect.virtualPartition, effect.arrival)
      } else this.carryOut(effect)
    }
    if (isReady) this.work.pool.pump()
  }

  private carryOut(effect: Exclude<Effect<HeldMessage>, { type: 'ready' }>): void {
    switch (effect.type) {
      case 'store':
        this.work.commits.store(this.place, effect.position, effect.metadata)
        break
      case 'fetch':
        this.fetchFrom(effect.serial, effect.from)
        break
      case 'stop-fetch':
        this.fetch?.abort()
        break
      case 'split':
        this.split(effect.messages)
        break
      case 'pause':
        this.waitFor(effect)
        break
      case 'dispatch':
        if (!this.isLeaving) this.jobs.track(this.dispatch(effect))
        break
      case 'collapsed':
        this.told.collapsed(effect.until, effect.reason)
        break
      case 'batch':
        this.told.dealt(effect)
        break
      case 'run':
        break
    }
  }

  private fetchFrom(serial: number, from: number): void {
    if (this.isLeaving) return
    this.fetch?.abort()
    const controller = new AbortController()
    this.fetch = controller
    // A source is asked for one batch of a partition at a time.
    this.lastFetch = this.lastFetch.then(() => this.fetchOne(serial, from, controller.signal))
  }

  private async fetchOne(serial: number, from: number, signal: AbortSignal): Promise<void> {
    try {
      const batch = signal.aborted ? null : await this.fetching.batchFrom(from, signal)
      if (batch === null || signal.aborted) return
      this.told.fetched(batch)
      // Aborting what has its answer would cost an exception for nothing.
      if (this.fetch?.signal === signal) this.fetch = null
      this.feed({ type: 'polled', serial, from, ...batch })
    } catch (error) {
      if (!this.isLeaving) this.work.unreadable(this.place, error)
    }
  }

  private split(messages: readonly HeldMessage[]): void {
    const { virtual } = this.settings
    const { slots, error } = splitOf(messages, virtual!, this.work.pool.concurrency)
    if (error !== null) this.told.error('virtual_partitions.partitioner.error', error, {})
    this.feed({ type: 'split', slots, isWhole: error !== null })
  }

  private waitFor({ reason, offset, ms, attempt }: Order<'pause'>): void {
    this.told.paused(reason, offset, ms, attempt)
    if (this.isLeaving) return
    this.cancelPause = this.work.clock.after(ms, () => {
      this.told.resumed()
      this.feed({ type: 'resumed' })
    })
  }

  /** D4, D5, D7. */
  private async dispatch(order: Order<'dispatch'>): Promise<void> {
    const { message, offset, position, attempts, error } = order
    const { topic, transactional } = this.settings.deadLetters!
    const { group, clock, session, commits } = this.work
    try {
      if (topic !== null) {
        const letter = deadLetter(message, { group, attempts, error, now: clock.now() })
        const commit = { ...this.place, offset: BigInt(position), metadata: '', leaderEpoch: null }
        if (transactional) {
          await commits.transact(commit, async () => {
            // Another commit may have been waited for, and the partition lost meanwhile.
            if (!isOwned(this.ownership))
              throw new BrokerError('broker.partition-lost', 'the partition was lost')
            await session.produce(topic, letter, commit)
          })
        } else await session.produce(topic, letter, null)
      }
    } catch (failure) {
      this.told.error('dead_letters.dispatch.error', failure, { offset })
      return this.feed({ type: 'dispatched', ok: false })
    }
    this.told.dispatched({ offset, deadLetterTopic: topic, attempts, error: sourceError(error) })
    this.feed({ type: 'dispatched', ok: true })
  }
}
