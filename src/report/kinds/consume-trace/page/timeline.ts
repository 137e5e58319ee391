import type { ConsumeTraceDocument } from '../../../../domain/model/consume-trace.ts'
import { htmlText } from '../../../format/html-blocks.ts'
import { duration, percent, plural } from '../../../text/numbers.ts'
import { placeName, shareOf } from '../figures.ts'
import type { Bar } from './lane-bars.ts'
import { type PartitionRows, timelineRows } from './lane-rows.ts'
import { ticksOf, unitsOf, WIDTH } from './time-scale.ts'
import { usageChart } from './usage-chart.ts'

const ROW = 18
/** How much of a line a bar fills: what failed is told by its shape too, not by colour alone. */
const INSET = { ok: 4, collapsed: 2, failed: 0 } as const

/** The timeline: a line per VP below its partition, jobs as bars, pauses and collapses as shades. */
export function timelineHtml(trace: ConsumeTraceDocument): string {
  const { partitions, omitted } = timelineRows(trace)
  if (partitions.length === 0) return '<p>No job ran, so there is no timeline.</p>\n'
  const ticks = ticksOf(trace.ms)
  const at = (ms: number) => unitsOf(ms, trace.ms)
  const grid = ticks.map(({ ms }) => `<path d="M${at(ms)} 0V10000"/>`).join('')
  const axis = ticks.map(({ ms, label }) => {
    const last = at(ms) > WIDTH * 0.96 ? ' class="last"' : ''
    return `<span${last} style="left:${at(ms) / 10}%">${label}</span>`
  })
  const left =
    omitted === 0
      ? ''
      : `<p class="faint">${plural(omitted, 'less busy partition')} left out here.</p>\n`
  return `<h2 id="timeline">Timeline</h2>
${LEGEND}
<fieldset class="zoom"><legend>Width</legend>
${[1, 4, 16].map(zoomOption).join('\n')}
</fieldset>
<div class="scroll" tabindex="0" role="region" aria-labelledby="timeline"><div class="canvas">
${usageChart(trace, grid)}<div class="lanes axis" aria-hidden="true"><div class="names"></div><div class="plot">${axis.join('')}</div></div>
${partitions.map((partition) => partitionHtml(trace, partition, grid)).join('')}</div></div>
${left}`
}

const LEGEND = `<ul class="legend">
<li><span class="key ok"></span>job</li>
<li><span class="key collapsed"></span>job of a collapsed batch</li>
<li><span class="key failed"></span>job that failed</li>
<li><span class="key pause"></span>paused</li>
<li><span class="key collapse"></span>collapsed</li>
<li><span class="key away"></span>not ours</li>
<li><span class="letter" aria-hidden="true">&#9670;</span>dead letter</li>
<li class="faint">Jobs too short to be seen apart are one bar, paler the more it waited.</li>
</ul>`

function zoomOption(times: number): string {
  const checked = times === 1 ? ' checked' : ''
  return `<label><input type="radio" name="zoom" id="zoom-${times}"${checked}>${times}×</label>`
}

function partitionHtml(trace: ConsumeTraceDocument, figures: PartitionRows, grid: string): string {
  const { rows, place, index } = figures
  const { messages, jobs, failedJobs } = place
  const height = rows.length * ROW
  const failed = failedJobs === 0 ? '' : `, ${plural(failedJobs, 'failure')}`
  const name = htmlText(placeName(place))
  const said = `${plural(messages, 'message')} in ${plural(jobs, 'job')}${failed}`
  const names = rows.map((row) => {
    const busy = htmlText(percent(shareOf(row.busyMs, trace.ms)))
    return `<li>${row.name}<span>${busy}</span></li>`
  })
  const bars = rows.map((row, line) => row.bars.map((bar) => barSvg(trace, bar, line)).join(''))
  return `<section>
<h3><code>${name}</code> <span class="faint">${said}</span></h3>
<div class="lanes"><ol class="names">${names.join('')}</ol><div class="plot">
<svg viewBox="0 0 ${WIDTH} ${height}" height="${height}" preserveAspectRatio="none" role="img" aria-label="${name}: ${said}">
<g class="grid">${grid}</g>
${shades(trace, index, height)}${bars.join('')}
</svg>${letters(trace, index)}</div></div>
</section>
`
}

function barSvg(trace: ConsumeTraceDocument, bar: Bar, line: number): string {
  const x = unitsOf(bar.from, trace.ms)
  const width = Math.max(0.8, unitsOf(bar.to, trace.ms) - x)
  const inset = INSET[bar.kind]
  const pale = bar.density >= 0.95 ? '' : ` opacity="${(0.3 + 0.7 * bar.density).toFixed(2)}"`
  return (
    `<rect class="${bar.kind}" x="${x}" y="${line * ROW + inset}" width="${width.toFixed(2)}" ` +
    `height="${ROW - 1 - 2 * inset}"${pale}><title>${htmlText(barTitle(bar))}</title></rect>\n`
  )
}

function barTitle({ kind, from, to, job, jobs, messages, density }: Bar): string {
  const outcome = kind === 'failed' ? ', failed' : ''
  if (job === null) {
    const time = `${duration(from)} to ${duration(to)}, busy ${percent(density)} of it`
    return `${plural(jobs, 'job')}, ${plural(messages, 'message')}${outcome}; ${time}`
  }
  const { firstOffset, lastOffset, attempt, worker } = job
  const run = `${job.collapsed ? 'collapsed, ' : ''}attempt ${attempt}, slot ${worker}`
  return (
    `${plural(messages, 'message')}, offsets ${firstOffset} to ${lastOffset}${outcome}; ` +
    `${duration(job.ms)} from ${duration(from)}; ${run}`
  )
}

/** What holds for a whole partition, behind its bars. */
function shades(trace: ConsumeTraceDocument, index: number, height: number): string {
  const own = <Item extends { readonly partition: number }>(items: readonly Item[]) =>
    items.filter(({ partition }) => partition === index)
  const shade = (kind: string, from: number, to: number, title: string) => {
    const x = unitsOf(from, trace.ms)
    const width = Math.max(0.8, unitsOf(to, trace.ms) - x).toFixed(2)
    const box = `x="${x}" y="0" width="${width}" height="${height}"`
    return `<rect class="${kind}" ${box}><title>${title}</title></rect>\n`
  }
  return [
    ...gaps(trace, index).map(([from, to]) => shade('away', from, to, 'Not ours')),
    ...own(trace.collapses).map(({ from, ms, reason, until }) =>
      shade('collapse', from, from + ms, `Collapsed up to offset ${until} (${reason})`),
    ),
    ...own(trace.pauses).map(({ from, ms, reason, offset }) =>
      shade('pause', from, from + ms, `Paused ${duration(ms)} at offset ${offset} (${reason})`),
    ),
  ].join('')
}

/** When a partition was not ours, where the trace knows when it was. */
function gaps(trace: ConsumeTraceDocument, index: number): [number, number][] {
  if (trace.omitted.ownerships > 0) return []
  const own = trace.ownerships.filter(({ partition }) => partition === index)
  if (own.length === 0) return []
  const found: [number, number][] = []
  let end = 0
  for (const { from, to } of own.toSorted((a, b) => a.from - b.from)) {
    if (from > end) found.push([end, from])
    end = Math.max(end, to ?? trace.ms)
  }
  if (end < trace.ms) found.push([end, trace.ms])
  return found
}

function letters(trace: ConsumeTraceDocument, index: number): string {
  return trace.deadLetters
    .filter(({ partition }) => partition === index)
    .map(({ at, offset, deadLetterTopic, error }) => {
      const fate = deadLetterTopic === null ? 'skipped' : `to ${deadLetterTopic}`
      const title = htmlText(`Dead letter: offset ${offset} ${fate}; ${error}`)
      const left = unitsOf(at, trace.ms) / 10
      return `<span class="letter" style="left:${left}%" role="img" aria-label="${title}" title="${title}">&#9670;</span>`
    })
    .join('')
}
