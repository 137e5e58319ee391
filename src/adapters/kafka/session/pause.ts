import { setTimeout as sleep } from 'node:timers/promises'

/** Waits, or less: until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}

const WAIT_MS = 100
const WAIT_MS_MAX = 2000

/** Waits longer each time, until something went well. */
export class BackOff {
  private waitMs = WAIT_MS

  reset(): void {
    this.waitMs = WAIT_MS
  }

  async wait(signal: AbortSignal): Promise<void> {
    const { waitMs } = this
    this.waitMs = Math.min(WAIT_MS_MAX, waitMs * 2)
    await pause(waitMs, signal)
  }
}
