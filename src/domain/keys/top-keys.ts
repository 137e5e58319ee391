import type { KeyTable } from './key-table.ts'

/**
 * The most frequent keys of a table, at most `limit`: most messages first, ties by key bytes, so
 * that the order in which keys came does not show.
 */
export function topIndices(table: KeyTable, limit: number): Int32Array {
  const comesFirst = (a: number, b: number) =>
    table.messagesOf(b) - table.messagesOf(a) || table.compareKeys(a, b)
  const heap: number[] = []
  let least = 1
  for (let index = 0; index < table.size && limit > 0; index++) {
    // Nearly all keys end here: they have fewer messages than the last one of a full list.
    if (table.messagesOf(index) < least) continue
    if (heap.length < limit) push(heap, index, comesFirst)
    else if (comesFirst(index, heap[0]!) < 0) replaceTop(heap, index, comesFirst)
    if (heap.length === limit) least = table.messagesOf(heap[0]!)
  }
  return Int32Array.from(heap.sort(comesFirst))
}

type Order = (a: number, b: number) => number

/** The heap's top is the one that comes last. */
function push(heap: number[], index: number, order: Order): void {
  let at = heap.length
  heap.push(index)
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (order(heap[parent]!, index) >= 0) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = index
}

function replaceTop(heap: number[], index: number, order: Order): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && order(heap[child + 1]!, heap[child]!) > 0) child++
    if (order(heap[child]!, index) <= 0) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = index
}
