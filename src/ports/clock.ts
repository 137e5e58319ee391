/** Time as the runtime sees it: the machine's, or a simulation's. */
export interface Clock {
  /** Milliseconds, of an epoch of its own for durations, of 1970 for ages of messages. */
  now(): number
  /** Runs once after that many milliseconds unless cancelled. @returns cancels it */
  after(ms: number, run: () => void): () => void
  /**
   * Asked between two pieces of work that need not wait for each other. null: go on; else resolves
   * when timers and sockets had their turn. Left out where work waits for nothing but the clock.
   */
  turn?(): Promise<void> | null
}
