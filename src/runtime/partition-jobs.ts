import type { Job, Outcome } from '../domain/virtual/coordination.ts'
import type { HeldMessage } from './held-message.ts'
import { isPromise } from './instance.ts'
import { type JobPartition, PartitionJobContext } from './job-context.ts'
import { offsetNamedBy } from './message-error.ts'
import { mayBeCut } from './ownership.ts'
import type { PartitionEvents } from './partition-events.ts'
import type { PartitionInstances } from './partition-instances.ts'

/** What running jobs needs from its partition. */
export interface JobRunning {
  readonly partition: JobPartition
  readonly instances: PartitionInstances
  readonly told: PartitionEvents
  /** The job ran to its end; not called for one that was cut short by our leaving. */
  ended(job: Job<HeldMessage>, outcome: Outcome): void
}

/** Runs the jobs of one partition on their instances. What user code throws is an outcome (E1). */
export class PartitionJobs {
  private readonly running: JobRunning
  private readonly unfinished = new Set<Promise<void>>()

  constructor(running: JobRunning) {
    this.running = running
  }

  /** @returns `done` where the consumer gave nothing to wait for; the promise never rejects */
  run(job: Job<HeldMessage>, worker: number): Promise<void> | 'done' {
    const { partition, instances, told } = this.running
    const context = new PartitionJobContext(partition, job)
    for (const message of job.messages) message.job = job
    const started = told.jobStarted(job, worker)
    const end = (failure: Failure | null) => {
      if (failure === null && mayBeCut(context)) context.cutShort()
      const outcome = this.outcomeOf(job, context, failure)
      told.jobFinished(started, { ok: outcome.ok, done: outcome.ok ? context.done : 0 })
      // A job that was cut short by our leaving is neither done nor failed.
      if (!outcome.ok || !context.isCut) this.running.ended(job, outcome)
    }
    let running: Promise<void> | null = null
    try {
      const result = instances.of(job.virtualPartition).consume(context, job.messages)
      if (isPromise(result)) running = result instanceof Promise ? result : Promise.resolve(result)
    } catch (error) {
      end({ error })
      return 'done'
    }
    if (running === null) {
      end(null)
      return 'done'
    }
    const work: Promise<void> = running.then(
      () => {
        this.unfinished.delete(work)
        end(null)
      },
      (error: unknown) => {
        this.unfinished.delete(work)
        end({ error })
      },
    )
    this.unfinished.add(work)
    return work
  }

  /** Something else that is to end before the partition is given up. */
  track(work: Promise<void>): void {
    this.unfinished.add(work)
    void work.then(() => this.unfinished.delete(work))
  }

  /** Resolves when all that runs now has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.unfinished)
  }

  private outcomeOf(
    { virtualPartition, attempt }: Job<HeldMessage>,
    context: PartitionJobContext,
    failure: Failure | null,
  ): Outcome {
    if (failure === null) return { ok: true }
    const { error } = failure
    const offset = offsetNamedBy(error) ?? context.failed
    const about = { virtualPartition, attempt, ...(offset !== null && { offset }) }
    this.running.told.error('consumer.consume.error', error, about)
    return { ok: false, error, offset }
  }
}

interface Failure {
  readonly error: unknown
}
