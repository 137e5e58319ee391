import type { ChildCommand, ChildExit } from '../../ports/child-command.ts'
import type { Clock } from '../../ports/clock.ts'

/** What a fleet needs from around it. */
export interface FleetSettings {
  readonly segments: readonly number[]
  readonly start: (segment: number) => ChildCommand
  readonly clock: Clock
  /** A process ended that should not have, and is started again after so long. */
  readonly restarting: (segment: number, exit: ChildExit, waitMs: number) => void
}

/** The back-off of processes that crash. */
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000
/** A process that lived so long begins the back-off anew. */
const HEALTHY_MS = 60_000

const DONE = 0
const WRONG_USE = 2

/** A process for each segment, started again when it crashes. */
export class SegmentFleet {
  restarts = 0
  private readonly settings: FleetSettings
  private readonly running = new Set<ChildCommand>()
  private readonly stopped = Promise.withResolvers<void>()
  private isStopping = false

  constructor(settings: FleetSettings) {
    this.settings = settings
  }

  /**
   * Resolves when every process has ended for good: done, told to, or used wrongly, which another try
   * would not mend. @returns how each ended at last
   */
  run(): Promise<readonly ChildExit[]> {
    return Promise.all(this.settings.segments.map((segment) => this.keep(segment)))
  }

  /** Passes a signal on; what ends from now on is not started again. */
  stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    this.isStopping = true
    this.stopped.resolve()
    for (const child of this.running) child.kill(signal)
  }

  private async keep(segment: number): Promise<ChildExit> {
    const { clock, restarting } = this.settings
    let waitMs = FIRST_WAIT_MS
    for (;;) {
      const startedAt = clock.now()
      const exit = await this.once(segment)
      if (this.isStopping || isForGood(exit)) return exit
      if (clock.now() - startedAt >= HEALTHY_MS) waitMs = FIRST_WAIT_MS
      restarting(segment, exit, waitMs)
      await this.pause(waitMs)
      if (this.isStopping) return exit
      this.restarts++
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
    }
  }

  private async once(segment: number): Promise<ChildExit> {
    const child = this.settings.start(segment)
    this.running.add(child)
    const exit = await child.ended
    this.running.delete(child)
    return exit
  }

  private async pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.settings.clock.after(ms, resolve)
    await Promise.race([promise, this.stopped.promise])
    cancel()
  }
}

/** A consumer that ends its process has done nothing of what is left: its summary is missing. */
function isForGood({ code, handedOver }: ChildExit): boolean {
  return code === WRONG_USE || (code === DONE && handedOver)
}
