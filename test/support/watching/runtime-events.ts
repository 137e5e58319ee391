import type { EventPlace, JobEvent, RuntimeEvents } from '../../../src/runtime/events.ts'

/** Events for tests of what watches a runtime; each test changes what it is about. */
export const aPlace: EventPlace = { group: 'g', segmentId: null, topic: 't', partition: 0 }

export function aJob(changes: Partial<JobEvent> = {}): JobEvent {
  return {
    ...aPlace,
    virtualPartition: 0,
    worker: 0,
    messages: 10,
    firstOffset: 0,
    lastOffset: 9,
    collapsed: false,
    attempt: 1,
    at: 1000,
    ...changes,
  }
}

type Finished = RuntimeEvents['job.finished']

/** A job that ended at `at` after `ms`, with all of its messages done where it ended well. */
export function aFinished(changes: Partial<Finished> = {}): Finished {
  const job = { ...aJob(), at: 1050, ok: true, ms: 50, ...changes }
  return { done: job.ok ? job.messages : 0, ...job }
}

type Polled = RuntimeEvents['batch.polled']

export function aBatch(changes: Partial<Polled> = {}): Polled {
  const counts = { messages: 10, dropped: 0, excluded: 0, collapsed: false }
  return { ...aPlace, ...counts, next: 10, end: 25, at: 1000, ...changes }
}
