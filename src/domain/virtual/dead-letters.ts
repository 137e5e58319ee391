/** When a message that keeps failing is given up (D). */
export interface DeadLetterPolicy {
  /** Failures that are retried; the next one dispatches (D2). */
  readonly maxRetries: number
  /** Every mark while retrying begins the count anew (D6). */
  readonly independent: boolean
  /** Whether a dispatched message counts as marked (D5). */
  readonly markAfterDispatch: boolean
}

/**
 * Whether this failure dispatches (D2).
 * @param failures so far, this one too
 * @param inLogOrder whether the failed run was collapsed, or there are no VPs
 */
export function isDispatchDue(
  policy: DeadLetterPolicy | null,
  failures: number,
  inLogOrder: boolean,
): boolean {
  return policy !== null && inLogOrder && failures > policy.maxRetries
}

/**
 * Which message of the failed run is given up (D3): the one that the error names, else the first
 * that is not marked; null where all of them are.
 */
export function deadLetterOf(
  run: readonly number[],
  named: number | null,
  isMarked: (offset: number) => boolean,
): number | null {
  if (named !== null && run.includes(named)) return isMarked(named) ? null : named
  return run.find((offset) => !isMarked(offset)) ?? null
}
