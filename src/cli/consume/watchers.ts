import { resolve } from 'node:path'
import { UsageError } from '../../errors.ts'
import { jsonText } from '../../report/format/json-text.ts'
import type { EventObserver } from '../../runtime/events.ts'
import type { ConsumptionCounts } from '../../runtime/watching/consumption-counts.ts'
import { RuntimeMetrics } from '../../runtime/watching/metrics.ts'
import { TraceRecorder } from '../../runtime/watching/trace-recorder.ts'
import { writeText } from '../compose.ts'
import { metricsServer, statusLine, tryWriting } from '../compose-consuming.ts'
import type { ConsumeFlags } from '../flags/consume-flags.ts'
import { eventLines, troubleLines } from './event-lines.ts'

/** Everything that looks on while messages are consumed. */
export interface Watchers {
  readonly observers: readonly EventObserver[]
  /** Writes the files that were asked for. @throws UsageError for one that cannot be written */
  write(): Promise<void>
  /** Ends them. */
  close(): Promise<void>
}

interface WatchRequest {
  readonly flags: ConsumeFlags
  readonly counts: ConsumptionCounts
  readonly concurrency: number
  readonly isJson: boolean
  readonly generatedBy: string
}

const STATUS_MS = 500

/**
 * Metrics, trace, events as lines, a status line: whatever was asked for.
 * @throws UsageError for a port that is taken, for a file that cannot be written
 */
export async function openWatchers(request: WatchRequest): Promise<Watchers> {
  const { flags, counts, concurrency, isJson, generatedBy } = request
  await refuseUnwritable(flags)
  const port = flags['metrics-port']
  const metrics = port === undefined ? null : new RuntimeMetrics()
  const server = metrics && (await metricsServer(metrics, port!))
  if (server !== null) process.stderr.write(`Metrics: ${server.url}\n`)
  const isTraced = flags.trace !== undefined || flags.report !== undefined
  const recorder = isTraced ? new TraceRecorder() : null
  const status = await statusLine(!isJson || process.stdout.isTTY !== true)
  const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text)
  const rate = rateOf(counts)
  const timer = setInterval(() => status.show(statusText(counts, rate(), concurrency)), STATUS_MS)
  timer.unref()
  const still = () => {
    clearInterval(timer)
    status.end()
  }
  return {
    observers: [
      ...(metrics === null ? [] : [metrics.observe]),
      ...(recorder === null ? [] : [recorder.observe]),
      isJson ? eventLines(write(process.stdout)) : troubleLines(write(process.stderr)),
    ],
    async write() {
      still()
      if (recorder !== null) await writeTrace(recorder, flags, generatedBy)
    },
    async close() {
      still()
      await server?.close()
    },
  }
}

async function writeTrace(
  recorder: TraceRecorder,
  { trace, report }: ConsumeFlags,
  generatedBy: string,
): Promise<void> {
  const document = recorder.document({ generatedBy })
  if (trace !== undefined) await writeText(trace, jsonText(document))
  if (report === undefined) return
  const { tracePage } = await import('../../report/kinds/consume-trace/page/trace-page.ts')
  await writeText(report, tracePage(document))
}

/** Better now than after hours: the files are written at the end. */
async function refuseUnwritable({ trace, report }: ConsumeFlags): Promise<void> {
  if (trace !== undefined && report !== undefined && resolve(trace) === resolve(report)) {
    throw new UsageError('flags.same-file', `--trace and --report both write ${trace}`, [
      'Give two names.',
    ])
  }
  for (const path of [trace, report]) if (path !== undefined) await tryWriting(path)
}

/** Messages a second since it was last asked. */
function rateOf(counts: ConsumptionCounts): () => number {
  let [messages, at] = [0, performance.now()]
  return () => {
    const now = performance.now()
    const rate = (1000 * (counts.messages - messages)) / Math.max(1, now - at)
    messages = counts.messages
    at = now
    return rate
  }
}

/** `12,400 messages, 3,100/s, lag 5,000, 5 of 5 jobs, 2 failed` */
export function statusText(
  { messages, lag, running, failedJobs }: ConsumptionCounts,
  rate: number,
  concurrency: number,
): string {
  const whole = (value: number) => Math.round(value).toLocaleString('en-US')
  const failed = failedJobs === 0 ? '' : `, ${whole(failedJobs)} failed`
  const jobs = `${whole(running)} of ${whole(concurrency)} jobs`
  return `${whole(messages)} messages, ${whole(rate)}/s, lag ${whole(lag)}, ${jobs}${failed}`
}
