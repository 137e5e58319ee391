import type {
  GroupState,
  GroupStatus,
  GroupType,
  ListedGroup,
} from '../../../domain/model/consumer-group.ts'
import { codeFailure, isPassing } from '../connection/failures.ts'
import { COORDINATOR_MOVED, ERROR } from '../wire/error-codes.ts'
import type { Broker } from './broker.ts'
import type { Brokers } from './brokers.ts'
import type { CodedAnswer, Coordinators } from './coordinators.ts'
import {
  DESCRIBE_CLASSIC,
  DESCRIBE_CONSUMER,
  DESCRIBE_SHARE,
  type DescribedGroup,
} from './requests/describe-groups.ts'
import { DESCRIBE_STREAMS } from './requests/describe-streams.ts'
import { LIST_GROUPS, type NamedGroup } from './requests/list-groups.ts'
import { backOff } from './retrying.ts'

const TYPES = ['classic', 'consumer', 'share', 'streams'] as const

const STATES = new Map<string, GroupState>([
  ['Dead', 'dead'],
  ['Empty', 'empty'],
  ['Stable', 'stable'],
  ['Assigning', 'assigning'],
  ['Reconciling', 'reconciling'],
  ['PreparingRebalance', 'preparing-rebalance'],
  ['CompletingRebalance', 'completing-rebalance'],
])

/** How often a group may change its type between the list and the description. */
const CHANGES_MAX = 3

const DESCRIBE = {
  classic: DESCRIBE_CLASSIC,
  consumer: DESCRIBE_CONSUMER,
  share: DESCRIBE_SHARE,
  streams: DESCRIBE_STREAMS,
}

interface FoundStatus extends CodedAnswer {
  readonly status: GroupStatus
}

/** Every group of every broker, ascending by name. @throws BrokerError */
export async function listedGroups(brokers: Brokers): Promise<ListedGroup[]> {
  const again = backOff(brokers.timeoutMs)
  for (;;) {
    const { brokers: addresses } = await brokers.metadata([])
    try {
      const lists = await Promise.all(
        addresses.map(async (address) => (await brokers.at(address)).ask(LIST_GROUPS, null)),
      )
      const code = lists.find((list) => list.code !== ERROR.none)?.code ?? ERROR.none
      if (code === ERROR.none) return sorted(lists.flatMap(({ groups }) => groups))
      if (!COORDINATOR_MOVED.has(code) || !(await again())) throw codeFailure(code, 'list groups')
    } catch (error) {
      // Groups of a broker that went are another one's now, which may have answered before.
      if (!isPassing(error) || !(await again())) throw error
    }
  }
}

/** One status per name, in the order asked. @throws BrokerError */
export async function groupStatuses(
  coordinators: Coordinators,
  groups: readonly string[],
): Promise<GroupStatus[]> {
  const replies = await coordinators.ask(groups, statusesAt)
  return groups.map((group) => {
    const { answer, problem } = replies.get(group)!
    return answer?.status ?? { group, type: null, state: 'unknown', members: 0, problem }
  })
}

/**
 * The list knows types and states, and what is not in it is absent: to describe one as a classic
 * group would call every other type dead. Members are in the description of the type.
 */
async function statusesAt(
  broker: Broker,
  groups: readonly string[],
): Promise<ReadonlyMap<string, FoundStatus>> {
  const found = new Map<string, FoundStatus>()
  let open = groups
  for (let attempt = 0; open.length > 0 && attempt < CHANGES_MAX; attempt++) {
    const { code, groups: named } = await broker.ask(LIST_GROUPS, null)
    if (code !== ERROR.none) return new Map(open.map((group) => [group, failed(group, code)]))
    const listed = new Map(named.map((entry) => [entry.group, listedGroup(entry)]))
    for (const group of open) if (!listed.has(group)) found.set(group, absent(group))
    const there = open.flatMap((group) => listed.get(group) ?? [])
    const described = await Promise.all(
      TYPES.map((type) =>
        describedOf(
          broker,
          there.filter((group) => group.type === type),
          type,
        ),
      ),
    )
    for (const status of described.flat()) found.set(status.status.group, status)
    // Gone, or of another type since the list was made.
    open = open.filter((group) => found.get(group)?.code === ERROR.groupIdNotFound)
  }
  return found
}

async function describedOf(
  broker: Broker,
  listed: readonly ListedGroup[],
  type: GroupType,
): Promise<FoundStatus[]> {
  if (listed.length === 0) return []
  const request = DESCRIBE[type]
  if (!broker.takes(request)) return listed.map((group) => statusOf(group, null))
  const names = listed.map(({ group }) => group)
  const described = await broker.ask(request, names)
  const byName = new Map(described.map((group) => [group.group, group]))
  return listed.map((group) => statusOf(group, byName.get(group.group) ?? null))
}

function statusOf(listed: ListedGroup, described: DescribedGroup | null): FoundStatus {
  const { group, type, state } = listed
  if (described !== null && described.code !== ERROR.none) return failed(group, described.code)
  const members = described?.members ?? 0
  const newer = described === null ? state : stateOf(described.state)
  return { code: ERROR.none, status: { group, type, state: newer, members, problem: null } }
}

function absent(group: string): FoundStatus {
  const status = { group, type: null, state: 'absent', members: 0, problem: null } as const
  return { code: ERROR.none, status }
}

function failed(group: string, code: number): FoundStatus {
  return { ...absent(group), code }
}

function sorted(named: readonly NamedGroup[]): ListedGroup[] {
  const byName = new Map(named.map((entry) => [entry.group, listedGroup(entry)]))
  return [...byName.values()].sort((a, b) => (a.group < b.group ? -1 : 1))
}

/** Brokers before KIP-848 know one type and name none; a type of later versions counts as alive. */
function listedGroup({ group, type, state }: NamedGroup): ListedGroup {
  const known = TYPES.find((name) => name === type.toLowerCase())
  if (known !== undefined || type === '') {
    return { group, type: known ?? 'classic', state: stateOf(state) }
  }
  return { group, type: 'classic', state: 'unknown' }
}

function stateOf(state: string): GroupState {
  return STATES.get(state) ?? 'unknown'
}
