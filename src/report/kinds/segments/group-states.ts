import { isIdle } from '../../../domain/model/cluster-problems.ts'
import type { GroupState } from '../../../domain/model/consumer-group.ts'
import { type Phrase, toned } from '../../blocks.ts'

interface WithState {
  readonly state: GroupState
}

/** Whether a group is in use. */
export function isAlive({ state }: WithState): boolean {
  return !isIdle(state)
}

/** A group's state; that of one in use stands out. */
export function stateCell(group: WithState): Phrase {
  return toned(group.state, isAlive(group) ? 'bad' : 'plain')
}

/** Groups in use first, so that no cut hides them; else in their order. */
export function aliveFirst<Group extends WithState>(groups: readonly Group[]): Group[] {
  return groups.toSorted((a, b) => Number(isAlive(b)) - Number(isAlive(a)))
}
