import { inTurn, refuseInside } from './turns.ts'

/** Runs one at a time, in the order asked: what the VPs of a partition share (L2). */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve()

  /**
   * Gives what `run` gives; one that throws lets the next one in all the same.
   * @throws UsageError inside another `run` of this mutex
   */
  async synchronize<T>(run: () => T | Promise<T>): Promise<T> {
    refuseInside(this)
    const turn = this.last.then(() => inTurn(this, run))
    this.last = turn.catch(() => undefined)
    return turn
  }
}
