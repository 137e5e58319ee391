import type { TopicPartition } from '../domain/model/cluster.ts'
import type { Job } from '../domain/virtual/coordination.ts'
import type { ErrorEvent, ErrorType, EventPlace, JobEvent, RuntimeEvents } from './events.ts'
import type { GroupWork } from './group-work.ts'
import type { HeldMessage } from './held-message.ts'
import type { FetchedBatch } from './partition-fetch.ts'

type Work = Pick<GroupWork, 'bus' | 'clock' | 'group' | 'segmentId'>

/** Tells what happens to one partition; makes no event that nobody listens to. */
export class PartitionEvents {
  private readonly work: Work
  private readonly place: EventPlace
  private isOver = false
  private batch: Pick<FetchedBatch, 'next' | 'end' | 'messages' | 'dropped'> | null = null

  constructor(work: Work, { topic, partition }: TopicPartition) {
    this.work = work
    this.place = { group: work.group, segmentId: work.segmentId, topic, partition }
  }

  assigned(position: number): void {
    this.tell('partition.assigned', { position })
  }

  /** Told once: who loses what is given up already has it given up. */
  revoked(reason: RuntimeEvents['partition.revoked']['reason']): void {
    if (this.isOver) return
    this.isOver = true
    this.tell('partition.revoked', { reason })
  }

  /** What the next `batch` is about. */
  fetched(batch: FetchedBatch): void {
    this.batch = batch
  }

  dealt(order: { readonly excluded: number; readonly collapsed: boolean }): void {
    const { batch } = this
    if (batch === null || !this.work.bus.has('batch.polled')) return
    const dropped = batch.dropped?.reduce((sum, each) => sum + each, 0) ?? 0
    const { next, end, messages } = batch
    const { excluded, collapsed } = order
    this.tell('batch.polled', {
      messages: messages.length,
      dropped,
      excluded,
      collapsed,
      next,
      end,
    })
  }

  /** @returns what `jobFinished` needs; null when nobody listens */
  jobStarted(job: Job<HeldMessage>, worker: number): JobEvent | null {
    const { bus, clock } = this.work
    if (!bus.has('job.started') && !bus.has('job.finished')) return null
    const event: JobEvent = {
      ...this.place,
      virtualPartition: job.virtualPartition,
      worker,
      messages: job.messages.length,
      firstOffset: job.offsets[0]!,
      lastOffset: job.offsets[job.offsets.length - 1]!,
      collapsed: job.collapsed,
      attempt: job.attempt,
      at: clock.now(),
    }
    bus.emit('job.started', event)
    return event
  }

  jobFinished(started: JobEvent | null, { ok, done }: { ok: boolean; done: number }): void {
    if (started === null) return
    const at = this.work.clock.now()
    this.work.bus.emit('job.finished', { ...started, at, ok, ms: at - started.at, done })
  }

  paused(
    reason: RuntimeEvents['partition.paused']['reason'],
    offset: number,
    ms: number,
    attempt: number,
  ): void {
    this.tell('partition.paused', { reason, offset, ms, attempt })
  }

  resumed(): void {
    this.tell('partition.resumed', {})
  }

  collapsed(until: number, reason: 'failure' | 'user'): void {
    this.tell('partition.collapsed', { until, reason })
  }

  dispatched(
    letter: Pick<
      RuntimeEvents['dead-letter.dispatched'],
      'offset' | 'deadLetterTopic' | 'attempts' | 'error'
    >,
  ): void {
    this.tell('dead-letter.dispatched', letter)
  }

  error(
    type: ErrorType,
    error: unknown,
    about: Pick<ErrorEvent, 'virtualPartition' | 'offset' | 'attempt'>,
  ): void {
    this.tell('error.occurred', { type, error, ...about })
  }

  private tell<N extends keyof RuntimeEvents>(
    name: N,
    event: Omit<RuntimeEvents[N], keyof EventPlace | 'at'>,
  ): void {
    const { bus, clock } = this.work
    if (!bus.has(name)) return
    bus.emit(name, { ...this.place, ...event, at: clock.now() } as unknown as RuntimeEvents[N])
  }
}
