import type { Strategy } from '../../domain/routing/strategy.ts'
import type { Layer } from '../../domain/routing/types.ts'
import { UsageError } from '../../errors.ts'

/** The flags of the command line, without those that variables and defaults stand in for. */
export type TypedFlags = ReadonlySet<string>

/**
 * Refuses flags that would change nothing: who typed one believes that it did something.
 * @param without what is missing for them to have an effect, or is in their way: `without --x`
 * @throws UsageError naming those of the flags that were typed
 */
export function refuseIdle(
  typed: TypedFlags,
  flags: readonly string[],
  without: string,
  suggestion: string,
): void {
  const idle = flags.filter((flag) => typed.has(flag)).map((flag) => `--${flag}`)
  if (idle.length === 0) return
  const has = idle.length === 1 ? 'has' : 'have'
  throw new UsageError('flags.no-effect', `${idle.join(', ')} ${has} no effect ${without}`, [
    suggestion,
  ])
}

const LAYERS: Readonly<Record<Layer, { readonly reducer: string; readonly count: string }>> = {
  partition: { reducer: 'partition-reducer', count: 'partitions' },
  segment: { reducer: 'segment-reducer', count: 'segments' },
  virtualPartition: { reducer: 'virtual-partition-reducer', count: 'virtual-partitions' },
}

/** Refuses flags of a layer that is not there. @throws UsageError */
export function refuseWithoutLayer(
  typed: TypedFlags,
  counts: Strategy['counts'],
  layer: Layer,
  flags: readonly string[],
): void {
  if (counts[layer] !== undefined) return
  const { count } = LAYERS[layer]
  refuseIdle(typed, flags, `without --${count}`, `Give --${count} N as well.`)
}

/** Refuses reducers of layers that are not there. @throws UsageError */
export function refuseIdleReducers(typed: TypedFlags, counts: Strategy['counts']): void {
  for (const layer of ['partition', 'segment', 'virtualPartition'] as const) {
    refuseWithoutLayer(typed, counts, layer, [LAYERS[layer].reducer])
  }
  if (Object.keys(counts).length > 0) return
  const what = 'without a number of slots'
  refuseIdle(typed, ['reducer', 'reducers'], what, WAYS_TO_COUNT)
}

const WAYS_TO_COUNT =
  'Give --partitions N, --segments N or --virtual-partitions N, or --strategy NAME.'

/** What a command says that can do nothing without a number of slots. */
export function noCounts(command: 'route' | 'simulate', purpose: string): UsageError {
  return new UsageError(`${command}.no-counts`, `nothing says over how many slots ${purpose}`, [
    WAYS_TO_COUNT,
  ])
}
