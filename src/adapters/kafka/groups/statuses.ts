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
 * The list knows types and states: described as a classic group, one of another type is dead. The
 * members are in the description of the type, and only to describe it asks the right broker.
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
    const there = open.flatMap((group) => listed.get(group) ?? [])
    const described = await Promise.all([
      absentOf(
        broker,
        open.filter((group) => !listed.has(group)),
      ),
      ...TYPES.map((type) =>
        describedOf(
          broker,
          there.filter((group) => group.type === type),
          type,
        ),
      ),
    ])
    for (const status of described.flat()) found.set(status.status.group, status)
    // Gone, come, or of another type since the list was made.
    open = open.filter((group) => found.get(group)?.code === ERROR.groupIdNotFound)
  }
  return found
}

/** What is not in the list may be at another broker by now: one that coordinates it must say so. */
async function absentOf(broker: Broker, groups: readonly string[]): Promise<FoundStatus[]> {
  if (groups.length === 0) return []
  const described = await broker.ask(DESCRIBE_CLASSIC, groups)
  return described.map(({ group, code, state }) => {
    if (code === ERROR.groupIdNotFound) return absent(group)
    if (code !== ERROR.none) return failed(group, code)
    return stateOf(state) === 'dead' ? absent(group) : failed(group, ERROR.groupIdNotFound)
  })
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
  if (described === null) {
    return { code: ERROR.none, status: { ...listed, members: 0, problem: null } }
  }
  const { group, type } = listed
  const { code, members } = described
  if (code !== ERROR.none) return failed(group, code)
  const state = stateOf(described.state)
  if (state === 'dead' && listed.state !== 'dead') return failed(group, ERROR.groupIdNotFound)
  return { code, status: { group, type, state, members, problem: null } }
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
