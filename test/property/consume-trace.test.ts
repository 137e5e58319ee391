import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/documents/parse-document.ts'
import { tracePage } from '../../src/report/kinds/consume-trace/page/trace-page.ts'
import { TraceRecorder } from '../../src/runtime/watching/trace-recorder.ts'
import { anyEvents, anyTrace, tell } from '../support/watching/arbitrary-events.ts'
import { checkHtml } from '../support/watching/check-html.ts'

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

describe('a page of any trace', () => {
  it('is well-formed, names nothing from elsewhere, runs nothing and hides nothing', () => {
    const hidden = /[^\P{Cc}\n]|[\u2028\u2029\u200b\ufeff\u202a-\u202e\u2066-\u2069]|\p{Cs}/u
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const page = tracePage(trace)
        const elements = checkHtml(page)
        expect(hidden.exec(page)).toBeNull()
        const names = new Set(elements.map(({ name }) => name))
        for (const name of ['script', 'img', 'link', 'iframe', 'object', 'a', 'use', 'image']) {
          expect(names.has(name)).toBe(false)
        }
        const attributes = elements.flatMap((element) => Object.keys(element.attributes))
        expect(attributes.filter((name) => /^on|href|src/.test(name))).toEqual([])
        const drawn = elements.flatMap(({ attributes: { x, y, width, height, d, style } }) =>
          [x, y, width, height, d, style].filter((value) => value !== undefined),
        )
        expect(drawn.filter((value) => /[^-a-z0-9:%. MVHZ]|NaN|undefined/.test(value))).toEqual([])
        expect(/<style>[^<]*(url\(|@import)/.test(page)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })
})
