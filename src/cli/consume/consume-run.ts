import type { ConsumptionEnd } from '../../domain/model/consumption.ts'
import { createRuntime, type Runtime } from '../../runtime/create-runtime.ts'
import type { EventObserver } from '../../runtime/events.ts'
import type { ConsumptionCounts } from '../../runtime/watching/consumption-counts.ts'
import type { ConsumedCluster } from '../compose-consuming.ts'
import type { ConsumeOrder } from './consume-order.ts'
import { Lookout } from './lookout.ts'

/** A run: what, from where, and until when. */
export interface ConsumeRun {
  readonly order: ConsumeOrder
  readonly cluster: ConsumedCluster
  readonly counts: ConsumptionCounts
  readonly observers: readonly EventObserver[]
  /** Messages after which it stops; null: no limit. */
  readonly limit: number | null
  readonly untilEnd: boolean
  readonly interrupted: AbortSignal
  /** Aborted when nobody reads what is written any more. */
  readonly readerGone: AbortSignal
}

/** How it ended. */
export interface RunOutcome {
  readonly ended: ConsumptionEnd
  /** What made it unable to go on; null where nothing did. */
  readonly failure: { readonly error: unknown } | null
}

/**
 * Consumes until it is told to stop, has done what was asked, or cannot go on.
 * @throws UsageError for settings that cannot be used, and what kept it from starting
 */
export async function consumeUntilEnded(run: ConsumeRun): Promise<RunOutcome> {
  const { order, cluster, counts, limit } = run
  const runtime = createRuntime({ ...order.settings, source: cluster.source })
  for (const observer of [counts.observe, ...run.observers]) runtime.observe(observer)
  let ended: ConsumptionEnd | null = null
  const end = (why: ConsumptionEnd) => {
    ended ??= why
    void runtime.stop()
  }
  run.interrupted.addEventListener('abort', () => end('interrupted'), { once: true })
  run.readerGone.addEventListener('abort', () => end('reader-gone'), { once: true })
  if (limit !== null) {
    runtime.on('job.finished', () => {
      if (counts.messages >= limit) end('limit')
    })
  }
  const lookout = await Lookout.open(order.settings, cluster, run.untilEnd)
  try {
    const early = run.interrupted.aborted ? 'interrupted' : run.readerGone.aborted && 'reader-gone'
    if (early) return { ended: early, failure: null }
    await runtime.start()
    lookout.watch(runtime, () => end('end'))
    return { ended: await endOf(runtime, () => ended), failure: null }
  } catch (error) {
    if (!counts.hasPartitions) throw error
    return { ended: 'failed', failure: { error } }
  } finally {
    await lookout.close()
  }
}

async function endOf(runtime: Runtime, why: () => ConsumptionEnd | null): Promise<ConsumptionEnd> {
  await runtime.ended
  return why() ?? 'interrupted'
}
