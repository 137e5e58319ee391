/** When the next heartbeat goes, and when the session has been silent for too long. */
export class HeartbeatTiming {
  private readonly sessionMs: number
  private readonly expired: () => void
  private expiry: NodeJS.Timeout | null = null
  private hurries: (() => void)[] = []
  private isHurried = false

  constructor(sessionMs: number, expired: () => void) {
    this.sessionMs = sessionMs
    this.expired = expired
  }

  /** The group knows us as of now. */
  alive(): void {
    if (this.expiry === null) this.expiry = setTimeout(() => this.expire(), this.sessionMs)
    else this.expiry.refresh()
  }

  /** There is no session that could expire. */
  still(): void {
    if (this.expiry !== null) clearTimeout(this.expiry)
    this.expiry = null
  }

  /** The next wait, or the one that goes on, ends at once. */
  hurry(): void {
    this.isHurried = true
    for (const hurry of this.hurries.splice(0)) hurry()
  }

  /** Waits until the next heartbeat is due. */
  async wait(ms: number): Promise<void> {
    if (!this.isHurried) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.hurries.push(resolve)
      const timer = setTimeout(resolve, ms)
      await promise
      clearTimeout(timer)
    }
    this.isHurried = false
  }

  private expire(): void {
    this.expiry = null
    this.expired()
  }
}
