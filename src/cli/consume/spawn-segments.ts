import type { ConsumptionDocument, ConsumptionEnd } from '../../domain/model/consumption.ts'
import type { ChildExit } from '../../ports/child-command.ts'
import { machineClock } from '../../runtime/machine-clock.ts'
import { mergeConsumptions } from '../../runtime/watching/consumption-counts.ts'
import { childCommands } from '../compose-consuming.ts'
import type { ConsumeFlags } from '../flags/consume-flags.ts'
import type { ConsumeOrder } from './consume-order.ts'
import { segmentsConsumed } from './groups.ts'
import { segmentArguments } from './segment-arguments.ts'
import { SegmentFleet } from './segment-fleet.ts'

/** A run in processes of its own. */
export interface SpawnRequest {
  readonly order: ConsumeOrder
  readonly flags: ConsumeFlags
  /** The command line after `consume`. */
  readonly typed: readonly string[]
  readonly generatedBy: string
  /** Lines of the processes go out as they are; else each says whose it is. */
  readonly isJson: boolean
  readonly stop: { readonly signal: AbortSignal; exitCode(): number | null }
  /** Aborted when nobody reads what is written any more. */
  readonly readerGone: AbortSignal
}

/** @returns what the processes came to, and whether one of them was used wrongly */
export async function spawnSegments(
  request: SpawnRequest,
): Promise<{ readonly document: ConsumptionDocument; readonly isWrong: boolean }> {
  const { order, flags, typed, generatedBy, isJson, stop, readerGone } = request
  const segments = segmentsConsumed(order.settings) ?? []
  const summaries: ConsumptionDocument[] = []
  const startChild = await childCommands()
  const write = (stream: NodeJS.WriteStream, segment: number) => (line: string) =>
    void stream.write(isJson && stream === process.stdout ? `${line}\n` : `[${segment}] ${line}\n`)
  const fleet = new SegmentFleet({
    segments,
    clock: machineClock,
    start: (segment) =>
      startChild(segmentArguments(typed, flags, segment), {
        out: write(process.stdout, segment),
        err: write(process.stderr, segment),
        received: (value) => void summaries.push(value as ConsumptionDocument),
      }),
    restarting: (segment, exit, waitMs) =>
      write(process.stderr, segment)(`${endText(exit)}; it is started again in ${waitMs / 1000} s`),
  })
  const pass = () => fleet.stop(stop.exitCode() === 143 ? 'SIGTERM' : 'SIGINT')
  const ending = AbortSignal.any([stop.signal, readerGone])
  ending.addEventListener('abort', pass, { once: true })
  // The second signal ends this process at once: its children hear of that and end as well.
  const exits = ending.aborted ? [] : await fleet.run()
  const isWrong = exits.some(({ code }) => code === 2)
  const ended = endOf(request, isWrong)
  const { group } = order.settings
  const about = { generatedBy, group, segments, ended, restarts: fleet.restarts } as const
  return { document: mergeConsumptions(summaries, about), isWrong }
}

function endOf({ stop, readerGone }: SpawnRequest, isWrong: boolean): ConsumptionEnd {
  if (stop.signal.aborted) return 'interrupted'
  if (readerGone.aborted) return 'reader-gone'
  return isWrong ? 'failed' : 'end'
}

function endText({ code, signal }: ChildExit): string {
  if (signal !== null) return `the process was ended by ${signal}`
  if (code === 0) return 'the process ended before it was done'
  return code === null ? 'the process did not start' : `the process ended with code ${code}`
}
