import type { NewMessage, TopicPartition } from '../domain/model/cluster.ts'
import type { Effect, Input, Job, Outcome } from '../domain/virtual/coordination.ts'
import { begin, type CoordinatorState, next } from '../domain/virtual/coordinator.ts'
import { MessageError } from './consumer.ts'
import { deadLetter, errorText } from './dead-letter.ts'
import type { GroupWork } from './group-work.ts'
import type { HeldMessage } from './held-message.ts'
import { type Instance, type InstanceFactory, isPromise } from './instance.ts'
import { type JobPartition, PartitionJobContext } from './job-context.ts'
import { Mutex } from './mutex.ts'
import { PartitionEvents } from './partition-events.ts'
import { PartitionFetch } from './partition-fetch.ts'
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
  private readonly topicSettings: ResolvedTopic
  private readonly work: GroupWork
  private readonly makeInstance: InstanceFactory
  private readonly told: PartitionEvents
  private readonly fetching: PartitionFetch
  private readonly mutex = new Mutex()
  private readonly instances = new Map<number, Instance>()
  private readonly revocation = new AbortController()
  private readonly effects: readonly Effect<HeldMessage>[]
  private state: CoordinatorState<HeldMessage>
  private fetch: AbortController | null = null
  private lastFetch: Promise<void> = Promise.resolve()
  private cancelPause: () => void = () => {}
  /** No job is started any more. */
  private isClosing = false
  private isOwned = true
  private readonly jobs = new Set<Promise<void>>()

  constructor({ place, position, topic, makeInstance, work }: PartitionSetup) {
    this.place = place
    this.topicSettings = topic
    this.work = work
    this.makeInstance = makeInstance
    this.told = new PartitionEvents(work, place)
    this.fetching = new PartitionFetch({
      place,
      topic,
      session: work.session,
      clock: work.clock,
      filters: work.filtersOf(place, topic, (error, offset) =>
        this.told.error('parallel_segments.partitioner.error', error, { offset }),
      ),
      held: ({ reason, offset, ms }) => this.told.paused(reason, offset, ms, 1),
    })
    const [state, effects] = begin<HeldMessage>(coordinationOf(topic), position)
    this.state = state
    this.effects = effects
  }

  /** Begins to fetch. */
  start(): void {
    this.told.assigned(this.state.tracker.position)
    this.perform(this.effects)
  }

  get topic(): string {
    return this.place.topic
  }
  get partition(): number {
    return this.place.partition
  }
  get group(): string {
    return this.work.group
  }
  get segmentId(): number | null {
    return this.work.segmentId
  }
  get segmentOrigin(): string {
    return this.work.origin
  }
  get marksEach(): boolean {
    return !this.topicSettings.manualOffsets
  }
  get isLeaving(): boolean {
    return this.isClosing
  }
  get revokedSignal(): AbortSignal {
    return this.revocation.signal
  }

  run(virtualPartition: number, worker: number): Promise<void> | 'done' | 'nothing' {
    if (this.isClosing) return 'nothing'
    const [order] = this.step({ type: 'take', virtualPartition })
    if (order === undefined || order.type !== 'run') return 'nothing'
    const { job } = order
    const context = new PartitionJobContext(this, job)
    const started = this.told.jobStarted(job, worker)
    const end = (failure: { readonly error: unknown } | null) => {
      this.told.jobFinished(started, failure === null)
      this.ended(job, context, failure)
    }
    let result: void | Promise<void>
    try {
      result = this.instanceOf(virtualPartition).consume(context, job.messages)
    } catch (error) {
      end({ error })
      return 'done'
    }
    if (!isPromise(result)) {
      end(null)
      return 'done'
    }
    const running = result.then(
      () => end(null),
      (error: unknown) => end({ error }),
    )
    this.track(running)
    return running
  }

  mark(place: number, metadata: string | undefined): boolean {
    if (!this.isOwned) return false
    this.feed(metadata === undefined ? { type: 'mark', offset: place } : { type: 'mark', offset: place, metadata })
    return true
  }

  commitNow(): Promise<boolean> {
    return this.work.commits.flush([this.place])
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
   * then the instances' hooks run, once each (L1, L3). What they mark still counts until `close`.
   */
  async windDown(hook: 'revoked' | 'shutdown', withinMs: number): Promise<void> {
    this.stopWorking()
    if (hook === 'revoked') this.revocation.abort()
    await this.work.within(withinMs, Promise.all(this.jobs))
    await this.work.within(withinMs, Promise.all([...this.instances.values()].map((instance) => this.runHook(instance, hook))))
  }

  /** Somebody else has the partition already: late outcomes and marks change nothing (L4, O5). */
  lose(): void {
    this.isOwned = false
    this.stopWorking()
    this.feed({ type: 'revoked' })
    this.revocation.abort()
  }

  /** The ownership has ended. */
  close(reason: 'taken' | 'lost' | 'stopped'): void {
    this.isOwned = false
    this.feed({ type: 'revoked' })
    this.told.revoked(reason)
  }

  private track(work: Promise<void>): void {
    this.jobs.add(work)
    void work.then(() => this.jobs.delete(work))
  }

  private stopWorking(): void {
    this.isClosing = true
    this.fetch?.abort()
    this.cancelPause()
  }

  private async runHook(instance: Instance, hook: 'revoked' | 'shutdown'): Promise<void> {
    try {
      await instance[hook]()
    } catch (error) {
      this.told.error(`consumer.${hook}.error`, error, {})
    }
  }

  private instanceOf(virtualPartition: number): Instance {
    let instance = this.instances.get(virtualPartition)
    if (instance === undefined) {
      instance = this.makeInstance()
      this.instances.set(virtualPartition, instance)
    }
    return instance
  }

  private ended(
    job: Job<HeldMessage>,
    context: PartitionJobContext,
    failure: { readonly error: unknown } | null,
  ): void {
    if (failure !== null) {
      const { virtualPartition, attempt } = job
      const offset = failedOffset(context, failure.error)
      const about = { virtualPartition, attempt, ...(offset !== null && { offset }) }
      this.told.error('consumer.consume.error', failure.error, about)
    }
    // A job that was cut short by our leaving is neither done nor failed.
    if (context.isCut) return
    this.feed({ type: 'ended', job, outcome: outcomeOf(context, failure) })
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
        if (!this.isClosing) this.work.pool.add(this, effect.virtualPartition, effect.arrival)
      } else this.carryOut(effect)
    }
    if (isReady) this.work.pool.pump()
  }

  private carryOut(effect: Exclude<Effect<HeldMessage>, { type: 'ready' }>): void {
    switch (effect.type) {
      case 'store':
        return this.work.commits.store(this.place, effect.position, effect.metadata)
      case 'fetch':
        return this.fetchFrom(effect.serial, effect.from)
      case 'stop-fetch':
        return this.fetch?.abort()
      case 'split':
        return this.split(effect.messages)
      case 'pause':
        return this.waitFor(effect)
      case 'dispatch':
        if (!this.isClosing) this.track(this.dispatch(effect))
        return
      case 'collapsed':
        return this.told.collapsed(effect.until, effect.reason)
      case 'batch':
        return this.told.dealt(effect)
      case 'run':
        return
    }
  }

  private fetchFrom(serial: number, from: number): void {
    if (this.isClosing) return
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
      const arrival = this.work.arrivals.take(batch.messages.length)
      this.feed({ type: 'polled', serial, from, arrival, ...batch })
    } catch (error) {
      if (!this.isClosing) this.work.failed(error)
    }
  }

  private split(messages: readonly HeldMessage[]): void {
    const { virtual } = this.topicSettings
    const { slots, error } = splitOf(messages, virtual!, this.work.pool.concurrency)
    if (error !== null) this.told.error('virtual_partitions.partitioner.error', error, {})
    this.feed({ type: 'split', slots })
  }

  private waitFor({ reason, offset, ms, attempt }: Order<'pause'>): void {
    this.told.paused(reason, offset, ms, attempt)
    if (this.isClosing) return
    this.cancelPause = this.work.clock.after(ms, () => {
      this.told.resumed()
      this.feed({ type: 'resumed' })
    })
  }

  /** D4, D5, D7. */
  private async dispatch(order: Order<'dispatch'>): Promise<void> {
    const { message, offset, position, attempts, error } = order
    const { topic, transactional } = this.topicSettings.deadLetters!
    const { group, clock, session, commits } = this.work
    try {
      if (topic !== null) {
        const letter = deadLetter(message, { group, attempts, error, now: clock.now() })
        const commit = { ...this.place, offset: BigInt(position), metadata: '', leaderEpoch: null }
        if (!transactional) await session.produce(topic, letter, null)
        else await commits.transact(commit, () => session.produce(topic, letter, commit))
      }
    } catch (failure) {
      this.told.error('dead_letters.dispatch.error', failure, { offset })
      return this.feed({ type: 'dispatched', ok: false })
    }
    this.told.dispatched({ offset, deadLetterTopic: topic, attempts, error: errorText(error) })
    this.feed({ type: 'dispatched', ok: true })
  }
}

function outcomeOf(context: PartitionJobContext, failure: { readonly error: unknown } | null): Outcome {
  if (failure === null) return { ok: true }
  const { error } = failure
  return { ok: false, error, offset: failedOffset(context, error) }
}

function failedOffset(context: PartitionJobContext, error: unknown): number | null {
  return error instanceof MessageError ? Number(error.offset) : context.failed
}

function coordinationOf(topic: ResolvedTopic): Parameters<typeof begin>[0] {
  const { virtual, maxMessages, manualOffsets, metadataStrategy, pause, deadLetters } = topic
  return {
    isVirtual: virtual !== null,
    overlap: virtual?.overlap ?? false,
    maxInFlight: virtual?.maxInFlight ?? maxMessages,
    maxMessages,
    manualOffsets,
    metadataStrategy,
    backOff: pause,
    deadLetters,
  }
}
