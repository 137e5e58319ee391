import { READ_ALL } from '../domain/model/selection.ts'
import { type RouteNaming, route } from '../domain/routing/route.ts'
import type { Route, RoutesDocument } from '../domain/routing/routes.ts'
import { lanesOf, type Strategy, stacksOf } from '../domain/routing/strategy.ts'
import type { VirtualKey } from '../domain/routing/types.ts'
import type { MessageSource } from '../ports/message-source.ts'

export interface RouteRequest {
  readonly keys: Iterable<VirtualKey> | AsyncIterable<VirtualKey>
  readonly strategies: readonly Strategy[]
  readonly naming?: RouteNaming | undefined
  readonly generatedBy: string
}

/** Routes in the order of the keys; of one key, in the order of the strategies and counts. */
export async function routeKeys(request: RouteRequest): Promise<RoutesDocument> {
  const stacks = request.strategies.flatMap((strategy) => stacksOf(lanesOf(strategy)))
  const routes: Route[] = []
  for await (const key of request.keys) {
    for (const stack of stacks) routes.push(route(key, stack, request.naming))
  }
  return { kind: 'routes', version: 1, generatedBy: request.generatedBy, routes }
}

/** The virtual keys of a source's messages, in its order; `null` for a message without a key. */
export async function* keysOf(
  source: MessageSource,
  strategy: Strategy,
): AsyncGenerator<VirtualKey> {
  for await (const batch of source.read({ ...READ_ALL, content: 'messages' })) {
    for (let row = 0; row < batch.count; row++) {
      yield strategy.partitioner.keyOf(batch.message(row))
    }
  }
}
