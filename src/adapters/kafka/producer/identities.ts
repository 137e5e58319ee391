import type { Brokers } from '../groups/brokers.ts'
import { backOff } from '../groups/retrying.ts'
import { COORDINATOR_MOVED, ERROR } from '../wire/error-codes.ts'
import type { ProducerIdentity } from './record-batch.ts'
import { type Destination, refusal } from './refusals.ts'
import { INIT_PRODUCER_ID, NO_IDENTITY } from './requests/init-producer-id.ts'

/** Not looked at where there is no transactional id. */
const NO_TIMEOUT_MS = 0

/** The identity that a producer writes with outside of transactions. */
export class Identities {
  private readonly brokers: Brokers
  private current: Promise<ProducerIdentity> | null = null

  constructor(brokers: Brokers) {
    this.brokers = brokers
  }

  /**
   * The latest identity. @param to what is to be written to, for errors
   * @throws BrokerError
   */
  async latest(to: Destination): Promise<ProducerIdentity> {
    const asked = this.current ?? this.ask(to)
    this.current = asked
    try {
      return await asked
    } catch (error) {
      if (this.current === asked) this.current = null
      throw error
    }
  }

  /** One that is not the given one, with which every sequence begins anew. @throws BrokerError */
  async after(old: ProducerIdentity, to: Destination): Promise<ProducerIdentity> {
    const latest = await this.latest(to)
    if (latest !== old) return latest
    this.current = null
    return await this.latest(to)
  }

  private async ask(to: Destination): Promise<ProducerIdentity> {
    const again = backOff(this.brokers.timeoutMs)
    for (;;) {
      const { code, identity } = await this.brokers.askAny((broker) =>
        broker.ask(INIT_PRODUCER_ID, {
          transactionalId: null,
          transactionTimeoutMs: NO_TIMEOUT_MS,
          current: NO_IDENTITY,
        }),
      )
      if (code === ERROR.none) return identity
      const passes = COORDINATOR_MOVED.has(code) || code === ERROR.requestTimedOut
      if (!passes || !(await again())) throw refusal(code, null, to)
    }
  }
}
