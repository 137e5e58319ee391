/**
 * Whether a partition is still ours, and whether its jobs are to end early, as both sides see it at
 * once: what a thread asks in the middle of a job cannot wait for a message.
 */
const OWNED = 0
const LEAVING = 1

export type SharedOwnership = Int32Array<SharedArrayBuffer>

/** A partition that is ours. */
export function newOwnership(): SharedOwnership {
  const shared = new Int32Array(new SharedArrayBuffer(8))
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

/** Whether marks still count (O5). */
export function isOwned(shared: SharedOwnership): boolean {
  return Atomics.load(shared, OWNED) === 1
}

/** Whether a job is to end early. */
export function isLeaving(shared: SharedOwnership): boolean {
  return Atomics.load(shared, LEAVING) === 1
}
