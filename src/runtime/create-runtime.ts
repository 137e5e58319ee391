import { Arrivals } from '../domain/virtual/arrivals.ts'
import { UsageError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventName, EventObserver, RuntimeEvents } from './events.ts'
import { GroupDriver, type RuntimeWork } from './group-driver.ts'
import { machineClock } from './machine-clock.ts'
import { resolveSettings } from './settings/resolve-settings.ts'
import type { ResolvedSettings } from './settings/resolved-settings.ts'
import type { RuntimeSettings } from './settings.ts'
import { TopicConsumers } from './topic-consumers.ts'
import { RuntimeEventBus } from './watching/event-bus.ts'
import { WorkerPool } from './worker-pool.ts'

/**
 * A consumer runtime: virtual partitions and parallel segments over one source. Settings are checked
 * here; nothing is connected before `start`. @throws UsageError that lists every wrong setting
 */
export function createRuntime(settings: RuntimeSettings): Runtime {
  return new Runtime(resolveSettings(settings))
}

/** Consumes until it is stopped or cannot go on. */
export class Runtime {
  private readonly settings: ResolvedSettings
  private readonly clock: Clock
  private readonly bus = new RuntimeEventBus()
  private readonly pool: WorkerPool
  private readonly arrivals = new Arrivals()
  private readonly groups: readonly GroupDriver[]
  private readonly consumers: TopicConsumers
  private readonly end = Promise.withResolvers<void>()
  private stopping: Promise<void> | null = null
  private isStarted = false
  private failure: { readonly error: unknown } | null = null

  constructor(settings: ResolvedSettings) {
    this.settings = settings
    this.clock = settings.clock ?? machineClock
    this.pool = new WorkerPool(settings.concurrency, this.clock, this.arrivals)
    this.consumers = new TopicConsumers(settings.concurrency)
    this.groups = groupsOf(settings, this.work())
    // Whoever never asks for the end hears of a failure by `error.occurred`.
    this.end.promise.catch(() => undefined)
  }

  /** Calls the listener for every event of that name. @returns ends it */
  on<N extends EventName>(name: N, listener: (event: RuntimeEvents[N]) => unknown): () => void {
    return this.bus.on(name, listener)
  }

  /** Calls the observer for every event. @returns ends it */
  observe(observer: EventObserver): () => void {
    return this.bus.observe(observer)
  }

  /**
   * Joins the group, or the groups of the segments; does nothing where it was stopped already.
   * @throws BrokerError, UsageError
   */
  async start(): Promise<void> {
    if (this.isStarted) {
      throw new UsageError('runtime.started-twice', 'the runtime was started already', [
        'Make another one by createRuntime().',
      ])
    }
    if (this.stopping !== null) return this.stopping
    this.isStarted = true
    const { group, concurrency } = this.settings
    this.bus.emit('runtime.started', { group, concurrency, at: this.clock.now() })
    try {
      await this.consumers.start(this.settings.topics)
      await Promise.all(this.groups.map((driver) => driver.start()))
    } catch (error) {
      // Who stops meanwhile does not miss what could not be joined.
      if (this.stopping !== null && this.failure === null) return this.stopping
      this.failed(error)
      await this.stop()
      throw error
    }
  }

  /** Starts, and resolves when it was stopped. @throws what made it unable to go on */
  async run(): Promise<void> {
    await this.start()
    await this.ended
  }

  /** Resolves when it was stopped; rejects with what made it unable to go on. */
  get ended(): Promise<void> {
    return this.end.promise
  }

  /**
   * Stops polling, lets jobs end within `shutdownTimeoutMs`, commits what materialised, leaves (L3).
   * Asked again, or with another time, it is the same stop. Never rejects. A consumer that stops
   * its own runtime does not wait for this: it would wait for its own end.
   */
  stop(withinMs = this.settings.shutdownTimeoutMs): Promise<void> {
    this.stopping ??= this.stopped(withinMs)
    return this.stopping
  }

  private async stopped(withinMs: number): Promise<void> {
    this.pool.stop()
    await Promise.all(this.groups.map((driver) => driver.stop(withinMs)))
    await this.consumers.close()
    const { group, source } = this.settings
    const at = this.clock.now()
    await source.close().catch((error: unknown) => {
      this.bus.emit('error.occurred', { type: 'source.error', error, group, segmentId: null, at })
    })
    this.bus.emit('runtime.stopped', { group, at: this.clock.now() })
    if (this.failure === null) this.end.resolve()
    else this.end.reject(this.failure.error)
  }

  private failed(error: unknown): void {
    this.failure ??= { error }
    void this.stop()
  }

  private work(): RuntimeWork {
    const { settings, clock, pool, arrivals, bus } = this
    return {
      settings,
      clock,
      pool,
      bus,
      arrivals,
      factoryOf: (topic) => this.consumers.of(topic),
      failed: (error) => this.failed(error),
    }
  }
}

function groupsOf(settings: ResolvedSettings, work: RuntimeWork): GroupDriver[] {
  const { segments, group } = settings
  if (segments === null) return [new GroupDriver(group, null, work)]
  return segments.ids.map((id) => new GroupDriver(segments.groups[id]!, id, work))
}
