import { performance } from 'node:perf_hooks'
import type { Job, Outcome } from './job.ts'

const FIRST_WITHIN_MS = 60_000

/** Counts what a consumer has done, as `Tally.java` does, from its first message to its last one. */
export class Tally {
  /** Resolves after the last message, or when time is over; rejects when no message came. */
  readonly outcome: Promise<Outcome>
  private readonly expected: number
  private readonly seconds: number
  private readonly checked: OrderCheck | null
  private done = 0
  private startMs = 0
  private startCpu: NodeJS.CpuUsage = { user: 0, system: 0 }
  private timer: NodeJS.Timeout | undefined
  private settle: (outcome: Outcome) => void = () => {}

  constructor(job: Job) {
    this.expected = job.messages
    this.seconds = job.seconds
    this.checked = job.check === 1 ? new OrderCheck() : null
    this.outcome = new Promise((resolve, reject) => {
      this.settle = resolve
      this.timer = setTimeout(() => reject(new Error('no message came')), FIRST_WITHIN_MS)
    })
  }

  /** A message is about to be worked on. `key` is only asked for where order is checked. */
  begin(partition: number, offset: number, key: () => string): void {
    if (this.startMs === 0) this.start()
    this.checked?.begin(partition, offset, key())
  }

  /** A message has been worked on. */
  end(key: () => string): void {
    this.checked?.end(key())
    if (++this.done === this.expected) this.finish(false)
  }

  private start(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.finish(true), this.seconds * 1000)
    this.startCpu = process.cpuUsage()
    this.startMs = performance.now()
  }

  private finish(cut: boolean): void {
    clearTimeout(this.timer)
    const seconds = (performance.now() - this.startMs) / 1000
    const { user, system } = process.cpuUsage(this.startCpu)
    const found = this.checked?.found() ?? { disorder: 0, overlaps: 0, duplicates: 0 }
    this.settle({ messages: this.done, seconds, cpuSeconds: (user + system) / 1e6, cut, ...found })
  }
}

/** Whether each message came once, and those of a key in order and one at a time. */
class OrderCheck {
  private readonly lastOffsets = new Map<string, number>()
  private readonly running = new Set<string>()
  private readonly seen = new Set<number>()
  private disorder = 0
  private overlaps = 0
  private duplicates = 0

  begin(partition: number, offset: number, key: string): void {
    if ((this.lastOffsets.get(key) ?? -1) >= offset) this.disorder++
    this.lastOffsets.set(key, offset)
    if (this.running.has(key)) this.overlaps++
    this.running.add(key)
    const place = offset * 1024 + partition
    if (this.seen.has(place)) this.duplicates++
    this.seen.add(place)
  }

  end(key: string): void {
    this.running.delete(key)
  }

  found() {
    return { disorder: this.disorder, overlaps: this.overlaps, duplicates: this.duplicates }
  }
}
