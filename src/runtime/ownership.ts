/**
 * Whether a partition is still ours, whether its jobs are to end early, and whether its consumer
 * watches for its end, as both sides see it at once: what a thread asks in the middle of a job cannot
 * wait for a message.
 */
const OWNED = 0
const LEAVING = 1
const WATCHED = 2

export type SharedOwnership = Int32Array<SharedArrayBuffer>

/** A partition that is ours. */
export function newOwnership(): SharedOwnership {
  const shared = new Int32Array(new SharedArrayBuffer(12))
  Atomics.store(shared, OWNED, 1)
  return shared
}

/** Nothing counts any more. */
export function disown(shared: SharedOwnership): void {
  Atomics.store(shared, OWNED, 0)
}

/** Jobs are to end early. */
export function leave(shared: SharedOwnership): void {
  Atomics.store(shared, LEAVING, 1)
}

/** The consumer has taken the signal of its end, now or in an earlier job. */
export function watch(shared: SharedOwnership): void {
  Atomics.store(shared, WATCHED, 1)
}

/** Whether marks still count (O5). */
export function isOwned(shared: SharedOwnership): boolean {
  return Atomics.load(shared, OWNED) === 1
}

/** Whether a job is to end early. */
export function isLeaving(shared: SharedOwnership): boolean {
  return Atomics.load(shared, LEAVING) === 1
}

/**
 * Whether the consumer may know that its partition goes: it may have ended with messages undone, so
 * that only what it marked itself counts (O7).
 */
export function mayBeCut({ ownership, revocation }: Watched): boolean {
  // Most consumers never ask, and this is asked for every message.
  return Atomics.load(ownership, WATCHED) === 1 && revocation.aborted
}

interface Watched {
  readonly ownership: SharedOwnership
  readonly revocation: AbortSignal
}
