import { UsageError } from '../../errors.ts'
import { reducerNamed } from './reducers.ts'
import { LAYERS, type LaneSpec, type Layer, type Partitioner, type Reducer } from './types.ts'

/** How messages are spread: where the key comes from, over how many slots, by which reducers. */
export interface Strategy {
  /** The name in the config, or what tells it apart from the others: `md5`. */
  readonly name: string
  readonly partitioner: Partitioner
  /** Slots per layer; several are compared, none leaves the layer out. */
  readonly counts: { readonly [layer in Layer]?: readonly number[] }
  /** Reducers per layer; several are compared, none is the layer's default. */
  readonly reducers: { readonly [layer in Layer]?: readonly Reducer[] }
}

/** Where the documentation leaves it open: Kafka's own hash, and R2's default for the rest. */
export const DEFAULT_REDUCERS: Readonly<Record<Layer, string>> = {
  partition: 'murmur2',
  segment: 'byte-sum',
  virtualPartition: 'byte-sum',
}

/**
 * Every (layer, count, reducer) of a strategy: layers from the outside in, then counts and reducers
 * as given. A partitioner that gives slots brings its own reducer for segments and VPs unless told
 * otherwise (R5); the partition layer says what a producer did, so it keeps the producer's hash.
 * @throws UsageError for a count that is no integer of at least 1
 */
export function lanesOf(strategy: Strategy): readonly LaneSpec[] {
  return LAYERS.flatMap((layer) => {
    const reducers = reducersOf(strategy, layer)
    return (strategy.counts[layer] ?? []).flatMap((count) => {
      checkCount(layer, count)
      return reducers.map((reducer) => ({ layer, count, reducer }))
    })
  })
}

/**
 * The lanes as they can stand together: one of each layer that is there, every combination, the
 * innermost layer changing fastest. No lanes give one empty stack.
 */
export function stacksOf(lanes: readonly LaneSpec[]): readonly (readonly LaneSpec[])[] {
  return LAYERS.reduce<readonly (readonly LaneSpec[])[]>(
    (stacks, layer) => {
      const choices = lanes.filter((lane) => lane.layer === layer)
      if (choices.length === 0) return stacks
      return stacks.flatMap((stack) => choices.map((lane) => [...stack, lane]))
    },
    [[]],
  )
}

function reducersOf({ partitioner, reducers }: Strategy, layer: Layer): readonly Reducer[] {
  const told = reducers[layer]
  if (told !== undefined && told.length > 0) return told
  const preferred = layer === 'partition' ? null : partitioner.preferredReducer
  return [reducerNamed(preferred ?? DEFAULT_REDUCERS[layer])]
}

function checkCount(layer: Layer, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1 && count <= 2 ** 31) return
  throw new UsageError('routing.bad-count', `${count} is no number of slots (${layer})`, [
    'Give an integer of at least 1.',
  ])
}
