import type { ConsumeTraceDocument } from '../../../../domain/model/consume-trace.ts'
import { htmlBlocks, htmlText } from '../../../format/html-blocks.ts'
import { count, duration, factor, percent } from '../../../text/numbers.ts'
import { noticesOf, slotsLine, traceHeadline, traceSections } from '../consume-trace.ts'
import { throughput, utilization } from '../figures.ts'
import { PAGE_STYLE } from './page-style.ts'
import { timelineHtml } from './timeline.ts'

/**
 * A trace as one HTML page that needs nothing else: no script, no font, no request. Pure: the same
 * document gives the same page.
 */
export function tracePage(trace: ConsumeTraceDocument): string {
  const title = htmlText(traceHeadline(trace))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<p class="faint">${htmlText(slotsLine(trace))}</p>
${htmlBlocks(noticesOf(trace))}${cards(trace)}${timelineHtml(trace)}${htmlBlocks(traceSections(trace))}<footer>${htmlText(trace.generatedBy)}. Times are since the start of the run.</footer>
</body>
</html>
`
}

function cards(trace: ConsumeTraceDocument): string {
  const { totals, omitted, deadLetters, concurrency } = trace
  const figures: readonly (readonly [string, string, string])[] = [
    ['Messages', count(totals.messages), `in ${duration(trace.ms)}`],
    ['Throughput', factor(throughput(trace)), 'messages a second'],
    ['Slots busy', percent(utilization(trace)), `of ${count(concurrency)}`],
    ['Jobs', count(totals.jobs), `${count(totals.failedJobs)} failed`],
    ['Retries', count(totals.retries), 'pauses after failures'],
    ['Dead letters', count(deadLetters.length + omitted.deadLetters), 'messages given up'],
  ]
  const items = figures.map(
    ([name, value, note]) =>
      `<div><dt>${name}</dt><dd>${htmlText(value)}<small>${htmlText(note)}</small></dd></div>`,
  )
  return `<dl class="cards">\n${items.join('\n')}\n</dl>\n`
}
