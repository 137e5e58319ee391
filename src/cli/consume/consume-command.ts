import type { ConsumptionDocument } from '../../domain/model/consumption.ts'
import { ConsumptionCounts } from '../../runtime/watching/consumption-counts.ts'
import { configFlags, PstoolCommand, type ShowFlags } from '../base-command.ts'
import { openConsumedCluster, parentCommand } from '../compose-consuming.ts'
import type { Document } from '../document.ts'
import type { ConsumeFlags } from '../flags/consume-flags.ts'
import { parseCount } from '../flags/quantities.ts'
import { type Stop, stopOnSignals } from '../signals.ts'
import { type ConsumeOrder, consumeOrder } from './consume-order.ts'
import { consumeUntilEnded, type RunOutcome } from './consume-run.ts'
import { loadConsumer } from './consumer-module.ts'
import { segmentsConsumed } from './groups.ts'
import { refuseIdleConsumeFlags } from './idle-consume-flags.ts'
import { spawnSegments } from './spawn-segments.ts'
import { openWatchers } from './watchers.ts'

/** What the user's own timers and connections may keep the process for, when all is done. */
const LINGER_MS = 2000

type Flags = ConsumeFlags & ShowFlags

/** What ends a run from outside. */
interface Endings {
  readonly stop: Stop
  /** Aborted when nobody reads what is written any more. */
  readonly readerGone: AbortSignal
}

/**
 * A command that consumes with a module. The first Ctrl-C lets jobs end, commits and leaves the group
 * (L3); the second ends the process at once.
 */
export abstract class ConsumeCommand extends PstoolCommand {
  static override baseFlags = { ...PstoolCommand.baseFlags, ...configFlags }

  /** @returns undefined where the document went to the process that started this one */
  protected async consuming(file: string, flags: Flags): Promise<Document | undefined> {
    const stop = stopOnSignals()
    const readerGone = readerGoes()
    try {
      const { settings, modules } = await this.settings(flags)
      const loaded = await unlessAborted(stop.signal, loadConsumer(modules, file, process.cwd()))
      if (loaded === null) {
        // Nothing has begun that would have to end.
        process.exitCode = stop.exitCode()!
        return undefined
      }
      const context = { modules, folder: process.cwd(), env: process.env }
      const order = await consumeOrder(loaded, flags, settings, context)
      refuseIdleConsumeFlags(this.typed, order)
      return await (flags.spawn
        ? this.consumeInProcesses(order, flags, { stop, readerGone })
        : this.consumeHere(order, flags, { stop, readerGone }))
    } finally {
      stop.release()
      setTimeout(() => process.exit(), LINGER_MS).unref()
    }
  }

  /** Documents and errors are lines among the lines of events. */
  protected override logJson(json: unknown): void {
    if (json !== undefined) process.stdout.write(`${JSON.stringify(json)}\n`)
  }

  private async consumeHere(
    order: ConsumeOrder,
    flags: Flags,
    { stop, readerGone }: Endings,
  ): Promise<Document | undefined> {
    const limit = flags.limit === undefined ? null : parseCount('limit', flags.limit)
    const { protocol, 'instance-id': instanceId } = flags
    const counts = new ConsumptionCounts()
    const { generatedBy } = this
    const isJson = this.jsonEnabled()
    const parent = await parentCommand()
    const interrupted = AbortSignal.any([stop.signal, gone(parent)])
    const concurrency = order.settings.concurrency ?? 5
    const cluster = await openConsumedCluster(order.endpoint, { protocol, instanceId }, process.env)
    const watchers = await openWatchers({ flags, counts, concurrency, isJson, generatedBy })
    try {
      const outcome = await consumeUntilEnded({
        ...{ order, cluster, counts, limit, interrupted, readerGone },
        ...{ observers: watchers.observers, untilEnd: flags['until-end'] },
      })
      const unwritten = await watchers.write().then(() => null, thrown)
      const { group } = order.settings
      const segments = segmentsConsumed(order.settings)
      const about = { generatedBy, group, segments, ended: outcome.ended }
      const document = counts.document(about)
      process.exitCode ??= stop.exitCode() ?? undefined
      const failure = outcome.failure ?? unwritten
      if (parent === null) return await this.told(document, failure, flags)
      await parent.handOver(document)
      if (failure !== null) throw failure.error
      return undefined
    } finally {
      await watchers.close()
      parent?.release()
    }
  }

  private async told(
    document: ConsumptionDocument,
    failure: RunOutcome['failure'],
    flags: Flags,
  ): Promise<Document> {
    await this.show(document, flags)
    if (failure === null) return document
    if (this.jsonEnabled()) this.logJson(document)
    throw failure.error
  }

  private async consumeInProcesses(
    order: ConsumeOrder,
    flags: Flags,
    { stop, readerGone }: Endings,
  ): Promise<Document> {
    const { document, isWrong } = await spawnSegments({
      ...{ order, flags, stop, readerGone, typed: this.argv },
      ...{ generatedBy: this.generatedBy, isJson: this.jsonEnabled() },
    })
    process.exitCode ??= stop.exitCode() ?? (isWrong ? 2 : undefined)
    await this.show(document, flags)
    return document
  }
}

/** Aborted when the process that started this one is gone. */
function gone(parent: { onGone(run: () => void): void } | null): AbortSignal {
  const controller = new AbortController()
  parent?.onGone(() => controller.abort())
  return controller.signal
}

/** Aborted when a pipe was closed, of either stream: `| head`. */
function readerGoes(): AbortSignal {
  const controller = new AbortController()
  // For good: what is written afterwards fails as well.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => controller.abort())
  }
  return controller.signal
}

/** null where the signal comes first. */
function unlessAborted<Value>(signal: AbortSignal, value: Promise<Value>): Promise<Value | null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  signal.addEventListener('abort', () => resolve(null), { once: true })
  return Promise.race([value, promise])
}

function thrown(error: unknown): { readonly error: unknown } {
  return { error }
}
