import type { ConsumeTraceDocument } from '../../../src/domain/model/consume-trace.ts'
import type { EventPlace } from '../../../src/runtime/events.ts'
import { type TraceOptions, TraceRecorder } from '../../../src/runtime/watching/trace-recorder.ts'
import { aBatch, aFinished } from './runtime-events.ts'

const generatedBy = 'pstool 0.1.0'
const place = (partition: number): EventPlace => {
  return { group: 'analytics', segmentId: null, topic: 'user_events', partition }
}

/** A runtime of 6 jobs that stopped after `ms`, told by `run` in between. */
export function aTraceOf(
  ms: number,
  run: (recorder: TraceRecorder) => void,
  options: TraceOptions = {},
): ConsumeTraceDocument {
  const recorder = new TraceRecorder(options)
  recorder.observe('runtime.started', { group: 'analytics', concurrency: 6, at: 1_000_000 })
  run(recorder)
  recorder.observe('runtime.stopped', { group: 'analytics', at: 1_000_000 + ms })
  return recorder.document({ generatedBy })
}

/** A batch of both partitions every 40 ms; VP 0 of partition 1 has most of the work. */
function steadyWork(recorder: TraceRecorder, until: number): void {
  for (let round = 0; round * 40 < until; round++) {
    for (const partition of [0, 1]) {
      const first = round * 30
      const begin = 1_000_005 + round * 40
      const job = { ...place(partition), firstOffset: first, lastOffset: first + 29 }
      recorder.observe('batch.polled', {
        ...aBatch({ ...job, messages: 30, next: first + 30, end: 1500, at: begin }),
      })
      for (const virtualPartition of [0, 1, 2]) {
        const heavy = partition === 1 && virtualPartition === 0
        const ms = heavy ? 34 : 6 + ((round * 7 + virtualPartition * 5) % 13)
        const worker = partition * 3 + virtualPartition
        const messages = heavy ? 20 : 5
        const done = { ...job, virtualPartition, worker, ms, messages, at: begin + ms }
        recorder.observe('job.finished', aFinished(done))
      }
      recorder.observe('offset.committed', {
        ...place(partition),
        ...{ offset: first + 30, metadata: '', at: begin + 36 },
      })
    }
  }
}

/** A message of partition 0 fails three times and is given up. */
function trouble(recorder: TraceRecorder): void {
  const at = place(0)
  const failed = { ...at, virtualPartition: 1, ok: false, messages: 8 }
  const offsets = { firstOffset: 312, lastOffset: 341 }
  const error = new Error('no such user: 14')
  for (const [attempt, begin] of [400, 520, 680].entries()) {
    const now = 1_000_000 + begin
    const collapsed = attempt > 0
    const virtualPartition = collapsed ? 0 : 1
    recorder.observe('batch.polled', { ...aBatch({ ...at, collapsed, at: now }) })
    recorder.observe('error.occurred', {
      ...{ ...at, type: 'consumer.consume.error', error, at: now + 20 },
    })
    const job = { ...failed, ...offsets, virtualPartition, collapsed, attempt: attempt + 1 }
    recorder.observe('job.finished', aFinished({ ...job, ms: 20, at: now + 20 }))
    if (attempt === 0) {
      const collapse = { ...at, until: 341, reason: 'failure', at: now + 20 } as const
      recorder.observe('partition.collapsed', collapse)
    }
    const reason = attempt === 2 ? 'dead-letter' : 'failure'
    const pause = { ...at, reason, offset: 317, ms: 80, attempt: attempt + 1 } as const
    if (attempt === 2) {
      recorder.observe('dead-letter.dispatched', {
        ...{ ...at, offset: 317, deadLetterTopic: 'user_events_dead', attempts: 3 },
        ...{ error: error.message, at: now + 24 },
      })
    }
    recorder.observe('partition.paused', { ...pause, at: now + 24 })
    recorder.observe('partition.resumed', { ...at, at: now + 104 })
  }
  recorder.observe('batch.polled', { ...aBatch({ ...at, at: 1_000_820 }) })
}

/** Two partitions, one of which fails, retries collapsed, and gives a message up. */
export function aTrace(): ConsumeTraceDocument {
  return aTraceOf(1200, (recorder) => {
    for (const partition of [0, 1]) {
      recorder.observe('partition.assigned', { ...place(partition), position: 0, at: 1_000_004 })
    }
    steadyWork(recorder, 380)
    trouble(recorder)
    recorder.observe('partition.revoked', { ...place(1), reason: 'taken', at: 1_001_000 })
    recorder.observe('partition.revoked', { ...place(0), reason: 'stopped', at: 1_001_200 })
  })
}

/** Two segments whose names are hostile, with more of everything than the trace keeps. */
export function aTroubledTrace(): ConsumeTraceDocument {
  const run = ({ observe }: TraceRecorder) => {
    for (let i = 0; i < 8; i++) {
      const segmentId = i % 2
      const at = 1_000_000 + i * 10
      const where = { ...place(0), topic: '<b>\u202etopic&"', segmentId }
      const hostile = { ...where, group: `analytics-parallel-${segmentId}` }
      const ok = i % 3 > 0
      observe('partition.assigned', { ...hostile, position: 0, at })
      observe(
        'job.finished',
        aFinished({ ...hostile, virtualPartition: i, ok, collapsed: ok, ms: 4, at: at + 5 }),
      )
      observe('partition.collapsed', { ...hostile, until: i, reason: 'user', at: at + 6 })
      const pause = { ...hostile, offset: i, ms: 3, attempt: 1, reason: 'failure' } as const
      observe('partition.paused', { ...pause, at: at + 6 })
      observe('partition.resumed', { ...hostile, at: at + 9 })
      observe('dead-letter.dispatched', {
        ...{ ...hostile, offset: i, deadLetterTopic: null, attempts: 2 },
        ...{ error: '</title><script>alert(1)</script>\u001b[31m', at: at + 7 },
      })
      const error = new Error("a 'quoted' \n <error>")
      observe('error.occurred', { ...hostile, type: 'consumer.consume.error', error, at: at + 7 })
    }
  }
  return aTraceOf(100, run, { maxJobs: 5, maxEntries: 3 })
}

/** 40 partitions of 25 VPs and 30,000 jobs, of which not all were kept. */
export function aLargeTrace(): ConsumeTraceDocument {
  return aTraceOf(60_000, (recorder) => {
    for (let i = 0; i < 30_000; i++) {
      const partition = i % 40
      const virtualPartition = (i * i) % 25
      const ms = 1 + ((i % 17) * (virtualPartition % 5)) / 2
      const at = 1_000_000 + i * 2 + ms
      const done = { ...place(partition), virtualPartition, ms, at, ok: i % 997 !== 0 }
      recorder.observe('job.finished', aFinished(done))
    }
  })
}

/** Nothing was assigned. */
export function anEmptyTrace(): ConsumeTraceDocument {
  return aTraceOf(0, () => {})
}
