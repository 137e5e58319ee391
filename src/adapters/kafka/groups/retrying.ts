import { setTimeout as sleep } from 'node:timers/promises'

const WAIT_MS = 50
const WAIT_MS_MAX = 1000

/**
 * Waits longer each time it is called.
 * @returns false, without waiting, when the time since the start would be over
 */
export function backOff(timeoutMs: number): () => Promise<boolean> {
  const start = performance.now()
  let wait = WAIT_MS
  return async () => {
    if (performance.now() - start + wait > timeoutMs) return false
    await sleep(wait)
    wait = Math.min(WAIT_MS_MAX, wait * 2)
    return true
  }
}
