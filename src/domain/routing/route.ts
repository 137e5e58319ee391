import { documentKey } from '../model/key-text.ts'
import type { Route } from './routes.ts'
import { segmentGroups } from './segment-names.ts'
import type { LaneSpec, Reducer, VirtualKey } from './types.ts'
import { canonicalBytes } from './virtual-key.ts'

/** The origin group, where its segments are to be named in a route. */
export interface RouteNaming {
  readonly origin: string
  readonly mergeKey?: string | undefined
}

/**
 * Where a key lands in each of the lanes, with the arithmetic; at most one lane per layer (see
 * `stacksOf`). A null key has no partition, because the producer chooses one (R7); in segments and
 * virtual partitions it is the empty text (R2).
 * @throws RoutingError where a reducer cannot place the key (R4)
 */
export function route(key: VirtualKey, lanes: readonly LaneSpec[], naming?: RouteNaming): Route {
  const bytes = canonicalBytes(key)
  const of = (layer: LaneSpec['layer']) => lanes.find((lane) => lane.layer === layer)
  const partition = of('partition')
  const segment = of('segment')
  const virtualPartition = of('virtualPartition')
  const counts = {
    ...(partition && { partitions: partition.count }),
    ...(segment && { segments: segment.count }),
    ...(virtualPartition && { virtualPartitions: virtualPartition.count }),
  }
  const placed = bytes === null ? undefined : partition
  const id = segment?.reducer.slotOf(key, segment.count)
  const groups = segment && naming && segmentGroups({ ...naming, count: segment.count })
  const group = id === undefined ? undefined : groups?.[id]
  return {
    key: documentKey(bytes),
    ...(placed && { partition: placed.reducer.slotOf(key, placed.count) }),
    ...(id !== undefined && { segment: id }),
    ...(group !== undefined && { segmentGroup: group }),
    ...(virtualPartition && {
      virtualPartition: virtualPartition.reducer.slotOf(key, virtualPartition.count),
    }),
    counts,
    arithmetic: {
      ...(placed && { partition: arithmetic(placed.reducer, key, placed.count) }),
      ...(segment && { segment: arithmetic(segment.reducer, key, segment.count) }),
      ...(virtualPartition && {
        virtualPartition: arithmetic(virtualPartition.reducer, key, virtualPartition.count),
      }),
    },
  }
}

/** The reducer's name and its arithmetic; hashes name themselves in it already. */
function arithmetic(reducer: Reducer, key: VirtualKey, count: number): string {
  const explained = reducer.explain(key, count)
  return explained.startsWith(reducer.name) ? explained : `${reducer.name}: ${explained}`
}
