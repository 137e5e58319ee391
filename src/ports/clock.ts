/** Time as the runtime sees it: the machine's, or a simulation's. */
export interface Clock {
  /** Milliseconds, of an epoch of its own for durations, of 1970 for ages of messages. */
  now(): number
  /** Runs once after that many milliseconds unless cancelled. @returns cancels it */
  after(ms: number, run: () => void): () => void
}
