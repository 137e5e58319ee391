/** What a runtime tells: to a log, to Prometheus, and to OpenTelemetry. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type MetricsServer,
  openMetricsServer,
  openTelemetrySpans,
  type Runtime,
  type RuntimeEvents,
  RuntimeMetrics,
  type SpanTracer,
} from 'pstool'

/** Serves http://127.0.0.1:9464/metrics, and a span per job: pass `trace.getTracer('shop')`. */
export async function watch(
  runtime: Runtime,
  tracer: SpanTracer,
  port = 9464,
): Promise<MetricsServer> {
  const metrics = new RuntimeMetrics()
  runtime.observe(metrics.observe)
  runtime.observe(openTelemetrySpans(tracer))
  runtime.on('partition.paused', ({ topic, partition, reason, ms }) => {
    console.warn(`${topic}#${partition} waits ${ms} ms: ${reason}`)
  })
  return openMetricsServer(metrics, { port })
}

/** From anywhere in the process, without the runtime at hand. @returns ends it */
export function countCommits(count: (event: RuntimeEvents['offset.committed']) => void) {
  const listener = (event: unknown) => count(event as RuntimeEvents['offset.committed'])
  subscribe('pstool:offset.committed', listener)
  return () => unsubscribe('pstool:offset.committed', listener)
}
