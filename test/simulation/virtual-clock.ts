import type { Clock } from '../../src/ports/clock.ts'

interface Timer {
  readonly at: number
  /** Timers of one time run in the order in which they were made. */
  readonly serial: number
  readonly run: () => void
}

/** Time of a simulation: it stands still while anything can happen without it. */
export class VirtualClock implements Clock {
  private time: number
  private serial = 0
  private readonly heap: Timer[] = []
  /** Those that were cancelled are passed over when their time comes. */
  private readonly cancelled = new Set<number>()

  constructor(start: number) {
    this.time = start
  }

  now(): number {
    return this.time
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), serial: this.serial++, run }
    this.push(timer)
    return () => this.cancelled.add(timer.serial)
  }

  /**
   * Runs timer after timer, with everything that follows from each, until told that it is over or
   * there is none left. @returns the steps taken
   */
  async run(isOver: () => boolean, mostSteps: number): Promise<number> {
    for (let step = 0; step < mostSteps; step++) {
      await drained()
      if (isOver()) return step
      const timer = this.next()
      if (timer === undefined) return step
      this.time = timer.at
      timer.run()
    }
    return mostSteps
  }

  private next(): Timer | undefined {
    for (;;) {
      const timer = this.pop()
      if (timer === undefined || !this.cancelled.delete(timer.serial)) return timer
    }
  }

  private push(timer: Timer): void {
    const { heap } = this
    let place = heap.length
    heap.push(timer)
    while (place > 0) {
      const parent = (place - 1) >>> 1
      if (isBefore(heap[parent]!, timer)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = timer
  }

  private pop(): Timer | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || heap.length === 0) return first
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(last!, heap[child]!)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = last!
    return first
  }
}

/** The clock of one process, which stands still for ever once the process has died. */
export class ProcessClock implements Clock {
  private readonly world: VirtualClock
  private isDead = false

  constructor(world: VirtualClock) {
    this.world = world
  }

  now(): number {
    return this.world.now()
  }

  after(ms: number, run: () => void): () => void {
    return this.world.after(ms, () => {
      if (!this.isDead) run()
    })
  }

  /** Resolves after that many milliseconds. */
  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.after(ms, resolve)
    return promise
  }

  die(): void {
    this.isDead = true
  }
}

/** All microtasks have run when the event loop comes round. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.serial < b.serial)
}
