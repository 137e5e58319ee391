/** How long a partition pauses after a failure; milliseconds (E2). */
export interface BackOff {
  readonly timeoutMs: number
  readonly maxTimeoutMs: number
  readonly exponential: boolean
}

/** @param failures so far, this one too: at least 1 */
export function pauseAfter(
  { timeoutMs, maxTimeoutMs, exponential }: BackOff,
  failures: number,
): number {
  if (!exponential) return Math.min(timeoutMs, maxTimeoutMs)
  // Beyond 2^40 the doubling says nothing any more, and would overflow some day (E5).
  return Math.min(timeoutMs * 2 ** Math.min(failures - 1, 40), maxTimeoutMs)
}
