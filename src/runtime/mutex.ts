/** Runs one at a time, in the order asked: what the VPs of a partition share (L2). */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve()

  /** @returns what `run` gives; one that throws lets the next one in all the same */
  synchronize<T>(run: () => T | Promise<T>): Promise<T> {
    const turn = this.last.then(run)
    this.last = turn.catch(() => undefined)
    return turn
  }
}
