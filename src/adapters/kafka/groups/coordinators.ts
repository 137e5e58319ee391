import type { ClusterProblem } from '../../../domain/model/consumer-group.ts'
import { isPassing } from '../connection/failures.ts'
import { addressText, type BrokerAddress } from '../options.ts'
import { COORDINATOR_MOVED, ERROR } from '../wire/error-codes.ts'
import type { Broker } from './broker.ts'
import type { Brokers } from './brokers.ts'
import { readProblem, unreachable } from './problems.ts'
import {
  FIND_COORDINATOR,
  FIND_COORDINATORS,
  type FoundCoordinator,
} from './requests/find-coordinator.ts'
import { backOff } from './retrying.ts'

/** What a coordinator said of a group, or why nobody did. */
export type GroupReply<Answer> =
  | { readonly answer: Answer; readonly problem: null }
  | { readonly answer: null; readonly problem: ClusterProblem }

/** A coordinator's answer for one group, with Kafka's code for the whole of it. */
export interface CodedAnswer {
  readonly code: number
}

/** A question about several groups to the broker that coordinates them. */
export type CoordinatorQuestion<Answer extends CodedAnswer> = (
  broker: Broker,
  groups: readonly string[],
) => Promise<ReadonlyMap<string, Answer>>

/** Who coordinates which group. */
export class Coordinators {
  private readonly brokers: Brokers
  private readonly known = new Map<string, BrokerAddress>()

  constructor(brokers: Brokers) {
    this.brokers = brokers
  }

  /**
   * Asks each group's coordinator, all groups of one together, and finds it anew while it moves,
   * loads or is gone. The question may be asked again: not for writes.
   * @param problemOf what a code means
   * @returns by group
   * @throws BrokerError when no broker answers
   */
  async ask<Answer extends CodedAnswer>(
    groups: readonly string[],
    question: CoordinatorQuestion<Answer>,
    problemOf: (code: number, group: string) => ClusterProblem = readProblem,
  ): Promise<ReadonlyMap<string, GroupReply<Answer>>> {
    const replies = new Map<string, GroupReply<Answer>>()
    const again = backOff(this.brokers.timeoutMs)
    let open = [...new Set(groups)]
    for (;;) {
      const passing = new Map<string, ClusterProblem>()
      const take = (group: string, answer: Answer | CodedAnswer) => {
        if (COORDINATOR_MOVED.has(answer.code)) {
          this.forget(group)
          passing.set(group, problemOf(answer.code, group))
        } else if (answer.code === ERROR.none) {
          replies.set(group, { answer: answer as Answer, problem: null })
        } else replies.set(group, { answer: null, problem: problemOf(answer.code, group) })
      }
      for (const { group, code } of await this.find(open))
        if (code !== ERROR.none) take(group, { code })
      await Promise.all(
        [...this.byCoordinator(open)].map(async ([address, own]) => {
          try {
            const answers = await question(await this.brokers.at(address), own)
            for (const group of own) {
              take(group, answers.get(group) ?? { code: ERROR.unknownServerError })
            }
          } catch (error) {
            if (!isPassing(error)) throw error
            for (const group of own) {
              this.forget(group)
              passing.set(group, unreachable(error))
            }
          }
        }),
      )
      open = [...passing.keys()]
      if (open.length === 0) return replies
      if (await again()) continue
      for (const [group, problem] of passing) replies.set(group, { answer: null, problem })
      return replies
    }
  }

  /** To be found anew when it is next asked for. */
  forget(group: string): void {
    this.known.delete(group)
  }

  /** Finds what is not known yet. @returns what was found now */
  private async find(groups: readonly string[]): Promise<readonly FoundCoordinator[]> {
    const sought = groups.filter((group) => !this.known.has(group))
    if (sought.length === 0) return []
    const found = await this.brokers.askAny((broker) => findAt(broker, sought))
    for (const { group, code, address } of found) {
      if (code === ERROR.none) this.known.set(group, address)
    }
    return found
  }

  private byCoordinator(groups: readonly string[]): Map<BrokerAddress, string[]> {
    const addresses = new Map<string, BrokerAddress>()
    const byAddress = new Map<BrokerAddress, string[]>()
    for (const group of groups) {
      const found = this.known.get(group)
      if (found === undefined) continue
      const address = addresses.get(addressText(found)) ?? found
      addresses.set(addressText(found), address)
      byAddress.set(address, [...(byAddress.get(address) ?? []), group])
    }
    return byAddress
  }
}

/** Who coordinates the groups, asked of any broker. @throws BrokerError */
export async function findAt(
  broker: Broker,
  groups: readonly string[],
): Promise<readonly FoundCoordinator[]> {
  if (broker.takes(FIND_COORDINATORS) || !broker.takes(FIND_COORDINATOR)) {
    return await broker.ask(FIND_COORDINATORS, groups)
  }
  return await Promise.all(
    groups.map(async (group) => ({ group, ...(await broker.ask(FIND_COORDINATOR, group)) })),
  )
}
