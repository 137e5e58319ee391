import type { Arrivals } from '../domain/virtual/arrivals.ts'
import { ReadyQueue } from '../domain/virtual/ready-queue.ts'
import type { Clock } from '../ports/clock.ts'

/** Whose VPs the workers run. */
export interface Runnable {
  /**
   * Runs what waits for the VP on that worker.
   * @returns a promise where the job goes on, `done` where it has ended already, `nothing` where
   * nothing waited any more; never rejects
   */
  run(virtualPartition: number, worker: number): Promise<void> | 'done' | 'nothing'
}

/** The slots that jobs of all partitions share: at most `concurrency` at once (I6, V8). */
export class WorkerPool {
  readonly concurrency: number
  private readonly ready = new ReadyQueue<Runnable>()
  /** Free slots; the one that was used last is taken first. */
  private readonly free: number[]
  private readonly clock: Pick<Clock, 'turn'>
  private readonly arrivals: Pick<Arrivals, 'reached'>
  private isPumping = false
  private isWaiting = false
  private isStopped = false

  constructor(
    concurrency: number,
    clock: Pick<Clock, 'turn'>,
    arrivals: Pick<Arrivals, 'reached'>,
  ) {
    this.concurrency = concurrency
    this.clock = clock
    this.arrivals = arrivals
    this.free = Array.from({ length: concurrency }, (_, slot) => concurrency - 1 - slot)
  }

  get running(): number {
    return this.concurrency - this.free.length
  }

  /** A VP has messages; it runs when its turn comes. */
  add(partition: Runnable, virtualPartition: number, arrival: number): void {
    this.ready.add({ partition, virtualPartition, arrival })
  }

  /** Starts what can start. Called after `add`, so that a batch is prepared whole before (V6). */
  pump(): void {
    if (this.isPumping) return
    this.isPumping = true
    try {
      while (this.free.length > 0 && this.ready.size > 0 && !this.isStopped) {
        const turn = this.clock.turn?.() ?? null
        if (turn !== null) {
          this.pumpAfter(turn)
          return
        }
        const next = this.ready.take()
        if (next === undefined) return
        this.arrivals.reached(next.arrival)
        this.start(next.partition, next.virtualPartition)
      }
    } finally {
      this.isPumping = false
    }
  }

  /** Nothing is started any more. */
  stop(): void {
    this.isStopped = true
  }

  /** Jobs that never wait would keep heartbeats and commits waiting (L5). */
  private pumpAfter(turn: Promise<void>): void {
    if (this.isWaiting) return
    this.isWaiting = true
    void turn.then(() => {
      this.isWaiting = false
      this.pump()
    })
  }

  private start(partition: Runnable, virtualPartition: number): void {
    const worker = this.free.pop()!
    const run = partition.run(virtualPartition, worker)
    if (typeof run === 'string') {
      this.free.push(worker)
      return
    }
    void run.then(() => {
      this.free.push(worker)
      this.pump()
    })
  }
}
