import type { ConsumeTraceDocument } from '../../../../domain/model/consume-trace.ts'
import { htmlText } from '../../../format/html-blocks.ts'
import { factor, plural } from '../../../text/numbers.ts'
import { unitsOf, WIDTH } from './time-scale.ts'

const BINS = 125
const HEIGHT = 60

/** Mean jobs at once, per equal part of the run; from the jobs that were kept. */
export function slotUse({ jobs, ms }: ConsumeTraceDocument, bins = BINS): number[] {
  const use = new Array<number>(bins).fill(0)
  const length = ms / bins
  if (length === 0) return use
  for (const job of jobs) {
    const end = Math.min(ms, job.from + job.ms)
    for (let bin = Math.floor(job.from / length); bin < bins && bin * length < end; bin++) {
      const overlap = Math.min(end, (bin + 1) * length) - Math.max(job.from, bin * length)
      use[bin] = (use[bin] ?? 0) + Math.max(0, overlap) / length
    }
  }
  return use
}

/** How many slots were in use over time, as a stepped area below the line of all slots. */
export function usageChart(trace: ConsumeTraceDocument, grid: string): string {
  const use = slotUse(trace)
  const mean = use.reduce((sum, one) => sum + one, 0) / use.length
  const highest = Math.max(trace.concurrency, 1, ...use)
  const y = (jobs: number) => Math.round((1 - jobs / highest) * HEIGHT * 100) / 100
  const steps = use.map((jobs, bin) => {
    const [from, to] = [(bin * WIDTH) / BINS, ((bin + 1) * WIDTH) / BINS]
    return `V${y(jobs)}H${to === from ? from : to}`
  })
  const said = `${factor(mean)} of ${plural(trace.concurrency, 'slot')} in use on average`
  const cut = trace.omitted.jobs === 0 ? '' : ', from the jobs that the trace kept'
  const end = unitsOf(
    trace.jobs.reduce((latest, { from, ms }) => Math.max(latest, from + ms), 0),
    trace.ms,
  )
  const unknown =
    trace.omitted.jobs === 0
      ? ''
      : `<rect class="unknown" x="${end}" width="${WIDTH - end}" height="${HEIGHT}"><title>Not kept</title></rect>`
  const title = htmlText(`Slots in use over time: ${said}${cut}`)
  return `<figure class="usage">
<figcaption>${title}</figcaption>
<div class="lanes"><ol class="names"><li>${trace.concurrency} slots</li></ol><div class="plot">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" height="${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}">
<g class="grid">${grid}</g>${unknown}<path class="area" d="M0 ${HEIGHT}${steps.join('')}V${HEIGHT}Z"/><path class="limit" d="M0 ${y(trace.concurrency)}H${WIDTH}"/>
</svg></div></div>
</figure>
`
}
