interface Entry<E> {
  readonly time: number
  readonly order: number
  readonly event: E
}

/** What happens later under a virtual clock: the earliest first, equal times as they were added. */
export class EventQueue<E> {
  private readonly heap: Entry<E>[] = []
  private added = 0

  /** When the next one happens; infinite where nothing does. */
  get time(): number {
    return this.heap[0]?.time ?? Number.POSITIVE_INFINITY
  }

  add(time: number, event: E): void {
    const { heap } = this
    const entry = { time, order: this.added++, event }
    let place = heap.length
    heap.push(entry)
    while (place > 0) {
      const parent = (place - 1) >>> 1
      if (isBefore(heap[parent]!, entry)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = entry
  }

  /** @returns undefined when nothing happens any more */
  take(): E | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined) return undefined
    if (heap.length > 0) this.sink(last)
    return first.event
  }

  private sink(entry: Entry<E>): void {
    const { heap } = this
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(entry, heap[child]!)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = entry
  }
}

function isBefore<E>(a: Entry<E>, b: Entry<E>): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
