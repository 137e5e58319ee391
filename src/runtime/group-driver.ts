import type { TopicPartition } from '../domain/model/cluster.ts'
import type { Arrivals } from '../domain/virtual/arrivals.ts'
import type { Clock } from '../ports/clock.ts'
import type {
  AssignedPartition,
  AssignmentListener,
  GroupSession,
} from '../ports/consumer-source.ts'
import { Commits, nameOf } from './commits.ts'
import type { ErrorEvent } from './events.ts'
import { PartitionFilters } from './filters/partition-filters.ts'
import type { GroupWork } from './group-work.ts'
import type { InstanceFactory } from './instance.ts'
import { PartitionDriver } from './partition-driver.ts'
import {
  type ResolvedSettings,
  type ResolvedTopic,
  topicFor,
} from './settings/resolved-settings.ts'
import type { RuntimeEventBus } from './watching/event-bus.ts'
import type { WorkerPool } from './worker-pool.ts'

/** What all memberships of a runtime share. */
export interface RuntimeWork {
  readonly settings: ResolvedSettings
  readonly clock: Clock
  readonly pool: WorkerPool
  readonly arrivals: Arrivals
  readonly bus: RuntimeEventBus
  factoryOf(topic: ResolvedTopic): InstanceFactory
  /** A membership cannot go on. */
  failed(error: unknown): void
}

/** One membership of one group: the whole group's, or one segment's (P1). */
export class GroupDriver implements AssignmentListener {
  readonly group: string
  private readonly segmentId: number | null
  private readonly runtime: RuntimeWork
  private readonly commits: Commits
  private readonly drivers = new Map<string, PartitionDriver>()
  /** Lost partitions whose instances are still told so. */
  private readonly leaving = new Set<Promise<void>>()
  private joining: Promise<GroupSession> | null = null
  private session: GroupSession | null = null
  private early: AssignedPartition[] = []
  private cancelCommit: () => void = () => {}
  private isStopped = false

  constructor(group: string, segmentId: number | null, runtime: RuntimeWork) {
    this.group = group
    this.segmentId = segmentId
    this.runtime = runtime
    this.commits = new Commits({
      commit: (offsets) => this.joined.commit(offsets),
      committed: (place, offset, metadata) =>
        this.tellOf(place, 'offset.committed', { offset, metadata }),
      failed: (place, error) => this.error('offsets.commit.error', error, place),
    })
  }

  /** Becomes a member. @throws BrokerError, UsageError */
  async start(): Promise<void> {
    const { source, topics, startFrom } = this.runtime.settings
    const names = topics.map(({ topic }) => topic)
    this.joining = source.join({ group: this.group, topics: names, startFrom }, this)
    this.session = await this.joining
    // Stopped while the cluster had not answered yet, perhaps for longer than the stop waited.
    if (this.isStopped) return this.session.leave()
    this.commitLater()
    const { early } = this
    this.early = []
    this.assigned(early)
  }

  assigned(partitions: readonly AssignedPartition[]): void {
    if (this.session === null) this.early.push(...partitions)
    else if (!this.isStopped) for (const partition of partitions) this.open(partition)
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    this.forgetEarly(partitions)
    const drivers = this.driversOf(partitions)
    await this.giveUp(drivers, 'revoked', this.runtime.settings.revocationTimeoutMs)
    this.close(drivers, 'taken')
  }

  lost(partitions: readonly TopicPartition[]): void {
    this.forgetEarly(partitions)
    for (const driver of this.driversOf(partitions)) {
      driver.lose()
      this.close([driver], 'lost')
      const told = driver.windDown('revoked', this.runtime.settings.revocationTimeoutMs)
      this.leaving.add(told)
      void told.then(() => this.leaving.delete(told))
    }
  }

  problem(error: unknown): void {
    this.error('source.error', error)
  }

  failed(error: unknown): void {
    this.error('source.error', error)
    this.lost([...this.drivers.values()].map(({ place }) => place))
    this.runtime.failed(error)
  }

  /** L3: jobs end within the time, what materialised is committed, the group is left. */
  async stop(withinMs: number): Promise<void> {
    this.isStopped = true
    this.cancelCommit()
    const drivers = [...this.drivers.values()]
    await this.giveUp(drivers, 'shutdown', withinMs)
    this.close(drivers, 'stopped')
    await this.within(withinMs, Promise.all(this.leaving))
    // Who is about to become a member does so first, and leaves then.
    if (this.joining !== null) await this.within(withinMs, this.joining)
    await this.session?.leave()
  }

  private forgetEarly(partitions: readonly TopicPartition[]): void {
    const names = new Set(partitions.map(nameOf))
    this.early = this.early.filter((partition) => !names.has(nameOf(partition)))
  }

  private async giveUp(
    drivers: readonly PartitionDriver[],
    hook: 'revoked' | 'shutdown',
    withinMs: number,
  ): Promise<void> {
    await Promise.all(drivers.map((driver) => driver.windDown(hook, withinMs)))
    if (drivers.length > 0) await this.commits.flush(drivers.map(({ place }) => place))
  }

  private close(drivers: readonly PartitionDriver[], reason: 'taken' | 'lost' | 'stopped'): void {
    for (const driver of drivers) {
      driver.close(reason)
      const name = nameOf(driver.place)
      if (this.drivers.get(name) !== driver) continue
      this.drivers.delete(name)
      this.commits.close(driver.place)
    }
  }

  private open({ topic: name, partition, position }: AssignedPartition): void {
    const topic = topicFor(this.runtime.settings.topics, name)
    if (topic === null) return
    const place = { topic: name, partition }
    const makeInstance = this.runtime.factoryOf(topic)
    const driver = new PartitionDriver({ place, position, topic, makeInstance, work: this.work() })
    this.commits.open(place, position)
    this.drivers.set(nameOf(place), driver)
    driver.start()
  }

  private driversOf(partitions: readonly TopicPartition[]): PartitionDriver[] {
    return partitions.flatMap((place) => this.drivers.get(nameOf(place)) ?? [])
  }

  private work(): GroupWork {
    const { settings, clock, pool, arrivals, bus } = this.runtime
    const { group, segmentId, commits } = this
    return {
      group,
      origin: settings.group,
      segmentId,
      session: this.joined,
      clock,
      commits,
      pool,
      arrivals,
      bus,
      filtersOf: (place, topic, onError) => this.filtersOf(place, topic, onError),
      unreadable: (place, error) => {
        this.error('source.error', error, place)
        this.runtime.failed(error)
      },
      within: (ms, work) => this.within(ms, work),
    }
  }

  private filtersOf(
    place: TopicPartition,
    topic: ResolvedTopic,
    onError: (error: unknown, offset: number) => void,
  ): PartitionFilters | null {
    const { segments, exclusions } = this.runtime.settings
    const { segmentId } = this
    const segment = segments === null || segmentId === null ? null : { id: segmentId, ...segments }
    const { throttle, delay, expire } = topic
    if ([segment, exclusions, throttle, delay, expire].every((each) => each === null)) return null
    const timing = { throttle, delay, expire }
    return new PartitionFilters({
      ...place,
      ...timing,
      segment,
      exclusions,
      onPartitionerError: (error, _, offset) => onError(error, offset),
    })
  }

  private within(ms: number, work: Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.runtime.clock.after(ms, resolve)
    const settled = () => {
      cancel()
      resolve()
    }
    work.then(settled, settled)
    return promise
  }

  private get joined(): GroupSession {
    if (this.session === null) throw new TypeError('the group was not joined')
    return this.session
  }

  private commitLater(): void {
    this.cancelCommit = this.runtime.clock.after(this.runtime.settings.commitIntervalMs, () => {
      void this.commits.flush().then(() => {
        if (!this.isStopped) this.commitLater()
      })
    })
  }

  private tellOf(
    { topic, partition }: TopicPartition,
    name: 'offset.committed',
    event: { readonly offset: number; readonly metadata: string },
  ): void {
    const { bus, clock } = this.runtime
    if (!bus.has(name)) return
    const { group, segmentId } = this
    bus.emit(name, { group, segmentId, topic, partition, ...event, at: clock.now() })
  }

  private error(type: ErrorEvent['type'], error: unknown, place?: TopicPartition): void {
    const { bus, clock } = this.runtime
    const { group, segmentId } = this
    const where = place && { topic: place.topic, partition: place.partition }
    bus.emit('error.occurred', { type, error, group, segmentId, ...where, at: clock.now() })
  }
}
