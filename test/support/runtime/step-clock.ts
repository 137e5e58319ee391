import type { Clock } from '../../../src/ports/clock.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands still until it is told to go on. */
export class StepClock implements Clock {
  private time: number
  private timers: Timer[] = []

  constructor(start = 0) {
    this.time = start
  }

  now(): number {
    return this.time
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((each) => each !== timer)
    }
  }

  /** Lets everything happen that waits for no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Runs what is due in the next so many milliseconds, each at its time. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms
    await this.settle()
    for (;;) {
      const due = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.timers = this.timers.filter((each) => each !== due)
      this.time = Math.max(this.time, due.at)
      due.run()
      await this.settle()
    }
    this.time = until
  }
}
