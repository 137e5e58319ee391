import { describe, expect, it } from 'vitest'
import type { TracedJob } from '../../../src/domain/model/consume-trace.ts'
import {
  footer,
  graphColumn,
  headline,
  listing,
  notice,
  quoted,
  section,
  table,
  textColumn,
  toned,
} from '../../../src/report/blocks.ts'
import { htmlBlocks } from '../../../src/report/format/html-blocks.ts'
import { barsOf } from '../../../src/report/kinds/consume-trace/page/lane-bars.ts'
import { timelineRows } from '../../../src/report/kinds/consume-trace/page/lane-rows.ts'
import { ticksOf } from '../../../src/report/kinds/consume-trace/page/time-scale.ts'
import { tracePage } from '../../../src/report/kinds/consume-trace/page/trace-page.ts'
import { slotUse } from '../../../src/report/kinds/consume-trace/page/usage-chart.ts'
import { checkHtml } from '../../support/watching/check-html.ts'
import { aFinished } from '../../support/watching/runtime-events.ts'
import { aLargeTrace, aTrace, aTraceOf } from '../../support/watching/trace-documents.ts'

function aJob(from: number, ms: number, changes: Partial<TracedJob> = {}): TracedJob {
  return {
    ...{ partition: 0, virtualPartition: 0, worker: 0, from, ms, messages: 1 },
    ...{ firstOffset: '0', lastOffset: '0', collapsed: false, attempt: 1, ok: true },
    ...changes,
  }
}

const shape = (jobs: readonly TracedJob[], quantum: number) =>
  barsOf(jobs, quantum).map(({ kind, from, to, jobs, density }) => [kind, from, to, jobs, density])

describe('bars of a lane', () => {
  it('are the jobs themselves where they can be seen', () => {
    const jobs = [aJob(30, 10), aJob(0, 20), aJob(21, 10), aJob(40, 10, { ok: false })]
    expect(shape(jobs, 10)).toEqual([
      ['ok', 0, 20, 1, 1],
      ['ok', 21, 31, 1, 1],
      ['ok', 30, 40, 1, 1],
      ['failed', 40, 50, 1, 1],
    ])
  })

  it('merge what is too short and too close to be seen apart, and tell how busy it was', () => {
    const jobs = [aJob(0, 2), aJob(4, 2), aJob(8, 4), aJob(30, 1)]
    expect(shape(jobs, 10)).toEqual([
      ['ok', 0, 12, 3, 8 / 12],
      ['ok', 30, 31, 1, 1],
    ])
    expect(barsOf(jobs, 10).map(({ messages, job }) => [messages, job?.from])).toEqual([
      [3, undefined],
      [1, 30],
    ])
  })

  it('merge only what ran alike, and end before a busy and a quiet stretch become one', () => {
    const alike = [aJob(0, 1), aJob(2, 1, { collapsed: true }), aJob(4, 1, { ok: false })]
    expect(shape(alike, 10).map(([kind]) => kind)).toEqual(['ok', 'collapsed', 'failed'])
    const steady = Array.from({ length: 100 }, (_, index) => aJob(index * 2, 1))
    const lengths = barsOf(steady, 5).map(({ from, to }) => to - from)
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(190)
    expect(Math.max(...lengths)).toBeLessThan(40)
  })
})

describe('the timeline', () => {
  it('has a line per VP, ascending, with every job in it', () => {
    const { partitions, omitted } = timelineRows(aTrace())
    expect(omitted).toBe(0)
    expect(partitions.map(({ rows }) => rows.map(({ name }) => name))).toEqual([
      ['VP 0', 'VP 1', 'VP 2'],
      ['VP 0', 'VP 1', 'VP 2'],
    ])
    const jobs = partitions.flatMap(({ rows }) => rows.flatMap(({ bars }) => bars))
    expect(jobs.reduce((sum, bar) => sum + bar.jobs, 0)).toBe(aTrace().jobs.length)
  })

  it('keeps the busiest VPs where there are too many, and every job in some line', () => {
    const trace = aLargeTrace()
    const { partitions } = timelineRows(trace)
    const rows = partitions.flatMap(({ rows }) => rows)
    const bars = rows.flatMap(({ bars }) => bars)
    expect(rows.length).toBeLessThanOrEqual(160)
    expect(bars.length).toBeLessThanOrEqual(6000)
    expect(bars.reduce((sum, bar) => sum + bar.jobs, 0)).toBe(trace.jobs.length)
    const others = partitions.flatMap(({ rows }) => rows.slice(0, -1).map(({ busyMs }) => busyMs))
    expect(others.every((busyMs) => busyMs > 0)).toBe(true)
  })

  it('counts the partitions that it has no room for', () => {
    const trace = aTraceOf(1000, ({ observe }) => {
      for (let partition = 0; partition < 200; partition++) {
        observe('job.finished', aFinished({ partition, ms: 1 + partition, at: 1_000_500 }))
      }
    })
    const { partitions, omitted } = timelineRows(trace)
    expect([partitions.length, omitted]).toEqual([160, 40])
    expect(partitions[0]?.place.partition).toBe(40)
    expect(tracePage(trace)).toContain('40 less busy partitions left out here.')
  })

  it('writes a share too small to show as text, not as markup', () => {
    const trace = aTraceOf(10_000, ({ observe }) => {
      observe('job.finished', aFinished({ ms: 1, at: 1_000_500 }))
    })
    expect(tracePage(trace)).toContain('<li>VP 0<span>&lt;0.1 %</span></li>')
  })

  it('stays light with thousands of jobs', () => {
    const page = tracePage(aLargeTrace())
    expect(page.length).toBeLessThan(1_500_000)
    expect(checkHtml(page).length).toBeLessThan(20_000)
  })

  it.each([
    [0, ['0']],
    [0.5, ['0', '0.1 ms', '0.2 ms', '0.3 ms', '0.4 ms', '0.5 ms']],
    [1200, ['0', '200 ms', '400 ms', '600 ms', '800 ms', '1 s', '1.2 s']],
    [70_000, ['0', '20 s', '40 s', '1 min']],
    [3_700_000, ['0', '20 min', '40 min', '1 h']],
  ])('has round times on its axis: %d ms', (ms, labels) => {
    expect(ticksOf(ms).map(({ label }) => label)).toEqual(labels)
  })

  it('draws how many slots were in use: the area is the time in jobs', () => {
    const trace = aTrace()
    const use = slotUse(trace, 10)
    const area = use.reduce((sum, jobs) => sum + (jobs * trace.ms) / 10, 0)
    expect(area).toBeCloseTo(trace.totals.busyMs, 6)
    expect(use.slice(6)).toEqual([0, 0, 0, 0])
    expect(Math.max(...use)).toBeLessThanOrEqual(trace.concurrency)
  })
})

describe('blocks as HTML', () => {
  it('are elements, with text that cannot be markup', () => {
    const html = htmlBlocks([
      headline('a < b'),
      section('One & two', 'what it means', 2),
      notice('warn', 'beware', 'do this'),
      listing(['<x>', "'y'"], { left: 2, what: 'lines' }),
      table(
        [textColumn('name'), graphColumn('bar'), graphColumn('loads')],
        [[quoted('<k>'), { bar: 0.254 }, { loads: [1, 2000] }], [toned('t', 'bad')]],
        'rows',
      ),
      footer('the end'),
    ])
    expect(checkHtml(html).map(({ name }) => name)).toContain('table')
    expect(html.split('\n')).toEqual([
      '<h1>a &lt; b</h1>',
      '<h3>One &amp; two</h3>',
      '<p class="faint">what it means</p>',
      '<p class="notice warn"><strong>Warning: </strong>beware<br>do this</p>',
      '<pre>&lt;x&gt;',
      '&#39;y&#39;',
      '</pre>',
      '<p class="faint">.. 2 more lines</p>',
      '<div class="table"><table>',
      '<thead><tr><th scope="col">name</th><th scope="col">bar</th><th scope="col">loads</th></tr></thead>',
      '<tbody>',
      '<tr><th scope="row"><code>&lt;k&gt;</code></th><td><span class="bar" style="width:25.4%"></span></td><td>1 2,000</td></tr>',
      '<tr><th scope="row"><span class="bad">t</span></th><td></td><td></td></tr>',
      '</tbody>',
      '</table></div>',
      '<footer>the end</footer>',
      '',
    ])
  })
})
