import { isPassing } from '../connection/failures.ts'
import type { Brokers } from '../groups/brokers.ts'
import type { GroupRequest } from '../groups/requests/group-request.ts'
import type { BrokerAddress } from '../options.ts'
import { COORDINATOR_MOVED, ERROR } from '../wire/error-codes.ts'
import type { Again } from './delivery.ts'
import { type Coordinated, FIND_ITS_COORDINATOR } from './requests/find-coordinator.ts'

/** The same question may be answered later: so far nothing was done, or the same again does none. */
const WORTH_RETRYING: ReadonlySet<number> = new Set([
  ...COORDINATOR_MOVED,
  ERROR.concurrentTransactions,
  ERROR.requestTimedOut,
  ERROR.unknownTopicOrPartition,
])

/** Asks coordinators what may be asked again, as all requests of a transaction may. */
export class CoordinatorQuestions {
  private readonly brokers: Brokers
  private readonly known = new Map<string, BrokerAddress>()

  constructor(brokers: Brokers) {
    this.brokers = brokers
  }

  /**
   * Asks the coordinator, found anew while it moves.
   * @returns the last answer, whose code may be one for which there was no time to ask again
   * @throws BrokerError where no answer came
   */
  async ask<Asked, Answer extends { readonly code: number }>(
    whose: Coordinated,
    request: GroupRequest<Asked, Answer>,
    asked: Asked,
    again: Again,
  ): Promise<Answer | { readonly code: number }> {
    for (;;) {
      try {
        const found = await this.find(whose)
        const answer =
          found.code === ERROR.none
            ? await (await this.brokers.at(found.address)).ask(request, asked)
            : found
        if (COORDINATOR_MOVED.has(answer.code)) this.forget(whose)
        if (!WORTH_RETRYING.has(answer.code) || !(await again())) return answer
      } catch (error) {
        this.forget(whose)
        if (!isPassing(error) || !(await again())) throw error
      }
    }
  }

  private async find(whose: Coordinated) {
    const address = this.known.get(keyOf(whose))
    if (address !== undefined) return { code: ERROR.none, address }
    const found = await this.brokers.askAny((broker) => broker.ask(FIND_ITS_COORDINATOR, whose))
    if (found.code === ERROR.none) this.known.set(keyOf(whose), found.address)
    return found
  }

  private forget(whose: Coordinated): void {
    this.known.delete(keyOf(whose))
  }
}

function keyOf({ kind, name }: Coordinated): string {
  return `${kind} ${name}`
}
