/** A VP with waiting messages that nobody runs. */
export interface ReadyPartition<P> {
  readonly partition: P
  readonly virtualPartition: number
  /** The number of its oldest waiting message over all partitions. */
  readonly arrival: number
}

/**
 * The scheduler (V8): a free worker takes, over all partitions, the runnable VP whose oldest waiting
 * message arrived first. Adding and taking cost O(log n).
 */
export class ReadyQueue<P> {
  private readonly heap: ReadyPartition<P>[] = []

  get size(): number {
    return this.heap.length
  }

  add(ready: ReadyPartition<P>): void {
    const { heap } = this
    let place = heap.length
    heap.push(ready)
    while (place > 0) {
      const parent = (place - 1) >>> 1
      if (heap[parent]!.arrival <= ready.arrival) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = ready
  }

  /** @returns undefined when nothing is ready */
  take(): ReadyPartition<P> | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || heap.length === 0) return first
    this.sink(last!)
    return first
  }

  /** Takes the oldest that the worker may run; for workers that cannot run every VP. O(n log n). */
  takeWhere(isFit: (ready: ReadyPartition<P>) => boolean): ReadyPartition<P> | undefined {
    const passedOver: ReadyPartition<P>[] = []
    let ready = this.take()
    while (ready !== undefined && !isFit(ready)) {
      passedOver.push(ready)
      ready = this.take()
    }
    for (const each of passedOver) this.add(each)
    return ready
  }

  private sink(ready: ReadyPartition<P>): void {
    const { heap } = this
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]!.arrival < heap[child]!.arrival) child++
      if (heap[child]!.arrival >= ready.arrival) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = ready
  }
}
