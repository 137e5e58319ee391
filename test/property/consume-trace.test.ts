import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/documents/parse-document.ts'
import { TraceRecorder } from '../../src/runtime/watching/trace-recorder.ts'
import { anyEvents, tell } from '../support/watching/arbitrary-events.ts'

describe('a trace of any events', () => {
  it('is a document of its kind, with nothing after its end or of a partition that it lacks', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const recorder = new TraceRecorder({ maxJobs: 8, maxEntries: 3 })
        tell(recorder.observe, events)
        const trace = recorder.document({ generatedBy: 'pstool 1.0.0' })
        const written = JSON.parse(JSON.stringify(trace))
        expect(parseDocument('consume-trace', written, 'a.json')).toEqual(written)
        const { lanes, jobs, pauses, collapses, ownerships, deadLetters } = trace
        for (const { partition } of [
          lanes,
          jobs,
          pauses,
          collapses,
          ownerships,
          deadLetters,
        ].flat())
          expect(trace.partitions[partition]).toBeDefined()
        for (const { from, ms } of [...pauses, ...collapses])
          expect(from + ms).toBeLessThanOrEqual(trace.ms + 1e-6)
        const finished = events.filter(([name]) => name === 'job.finished')
        expect(jobs.length + trace.omitted.jobs).toBe(finished.length)
        expect(trace.totals.jobs).toBe(finished.length)
      }),
      { numRuns: 200 },
    )
  })
})
