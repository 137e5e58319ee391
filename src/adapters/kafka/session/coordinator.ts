import { BrokerError } from '../../../errors.ts'
import { isPassing } from '../connection/failures.ts'
import type { Broker } from '../groups/broker.ts'
import type { Brokers } from '../groups/brokers.ts'
import { findAt } from '../groups/coordinators.ts'
import type { GroupRequest } from '../groups/requests/group-request.ts'
import type { BrokerAddress } from '../options.ts'
import { COORDINATOR_MOVED, ERROR, errorName } from '../wire/error-codes.ts'
import { membershipFailure } from './failures.ts'

/** The broker that coordinates the group, found when it is needed; each question is asked once. */
export class GroupCoordinator {
  readonly group: string
  private readonly brokers: Brokers
  private finding: Promise<BrokerAddress> | null = null

  constructor(brokers: Brokers, group: string) {
    this.brokers = brokers
    this.group = group
  }

  /**
   * Asks it, over one of the connections of the pool. An answer that it is the coordinator no more
   * is passed on, and it is found anew next time, as it is after a lost connection.
   * @throws BrokerError
   */
  async ask<Asked, Answer>(
    request: GroupRequest<Asked, Answer>,
    asked: Asked,
    codeOf: (answer: Answer) => number,
    pool: Brokers = this.brokers,
  ): Promise<Answer> {
    return await this.askBroker((broker) => broker.ask(request, asked), codeOf, pool)
  }

  /** The same with a question that looks at what the broker knows. @throws BrokerError */
  async askBroker<Answer>(
    question: (broker: Broker) => Promise<Answer>,
    codeOf: (answer: Answer) => number,
    pool: Brokers = this.brokers,
  ): Promise<Answer> {
    const finding = this.find()
    const forget = () => {
      if (this.finding === finding) this.finding = null
    }
    try {
      const answer = await question(await pool.at(await finding, this.brokers.timeoutMs))
      if (COORDINATOR_MOVED.has(codeOf(answer))) forget()
      return answer
    } catch (error) {
      forget()
      throw error
    }
  }

  /** Finds it, unless it is known. @throws BrokerError */
  find(): Promise<BrokerAddress> {
    this.finding ??= this.lookUp()
    return this.finding
  }

  private async lookUp(): Promise<BrokerAddress> {
    const { group } = this
    const [found] = await this.brokers.askAny((broker) => findAt(broker, [group]))
    const code = found?.code ?? ERROR.coordinatorNotAvailable
    if (code === ERROR.none) return found!.address
    if (COORDINATOR_MOVED.has(code)) throw noCoordinator(group, code)
    throw membershipFailure(code, group)
  }
}

const NOT_READY = 'broker.no-coordinator'
const PASSING: ReadonlySet<string> = new Set([NOT_READY, 'broker.membership'])

/** Whether brokers answer, and none of them coordinates the group yet. */
export function isNotReady(error: unknown): boolean {
  return error instanceof BrokerError && error.code === NOT_READY
}

/** Whether joining or asking again may help: the broker went, or nobody coordinates just now. */
export function mayPass(error: unknown): boolean {
  return isPassing(error) || (error instanceof BrokerError && PASSING.has(error.code))
}

function noCoordinator(group: string, code: number): BrokerError {
  return new BrokerError(
    NOT_READY,
    `no coordinator is ready for group ${group} (${errorName(code)})`,
    ['Check that every broker is up.'],
  )
}
