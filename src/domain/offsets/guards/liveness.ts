import { isIdle } from '../../model/cluster-problems.ts'
import type { Violation } from '../plan.ts'
import { type GroupSnapshot, placeOf, type SnapshotIndex, sameCommit } from '../snapshot.ts'
import { violation } from './guard.ts'

/** No group may be in use: anything but empty, dead or absent is (M6). Nothing overrules it. */
export function liveGroups(groups: readonly GroupSnapshot[]): Violation[] {
  return groups.flatMap(({ status }) => {
    const { group, type, state, members, problem } = status
    if (problem !== null) return [denied(group, problem.message)]
    if (type === 'share' || type === 'streams') {
      return [
        violation(
          'group-type',
          `${group} is a ${type} group, which commits no offsets that could be moved`,
          'Name another group: this one cannot be a segment or an origin.',
        ),
      ]
    }
    if (isIdle(state)) return []
    const who = members === 1 ? '1 member' : `${members} members`
    return [
      violation(
        'group-alive',
        `Group ${group} is alive: ${state}, ${who}`,
        'Stop its consumers and wait until the group is empty: a stopped process without a goodbye ' +
          'stays a member until its session times out. --force does not overrule this.',
      ),
    ]
  })
}

/** Offsets that move without members are those of consumers that assign by hand (M6). */
export function ghostCommitters(
  before: SnapshotIndex,
  after: SnapshotIndex,
  windowSeconds: number,
): Violation[] {
  return after.snapshot.groups.flatMap(({ status: { group }, committed }) => {
    const earlier = before.group(group).committed.offsets
    const moved = [...committed.offsets, ...earlier].find(
      (place) => !sameCommit(before.committed(group, place), after.committed(group, place)),
    )
    if (moved === undefined) return []
    const text = (index: SnapshotIndex) => index.committed(group, moved)?.offset ?? 'none'
    return [
      violation(
        'ghost-committer',
        `Somebody commits for ${group}: ${placeOf(moved)} went from ${text(before)} to ` +
          `${text(after)} within ${windowSeconds} s`,
        'A consumer without membership (one that assigns partitions by hand) runs: stop it first.',
      ),
    ]
  })
}

/** An offset that a transaction is about to commit would be overwritten, or overwrite (M7). */
export function pendingTransactions(
  groups: readonly GroupSnapshot[],
  topics: readonly string[],
): Violation[] {
  return groups.flatMap(({ status: { group, problem }, committed }) => {
    if (committed.problem !== null) {
      return problem === null ? [denied(group, committed.problem.message)] : []
    }
    const pending = committed.pending.filter(({ topic }) => topics.includes(topic))
    return pending.map((place) =>
      violation(
        'pending-transaction',
        `A transaction is about to commit an offset of ${group} for ${placeOf(place)}`,
        'Wait until it has ended, or end it: kafka-transactions.sh finds and aborts hanging ones.',
      ),
    )
  })
}

function denied(group: string, message: string): Violation {
  return violation(
    'group-denied',
    `Group ${group} cannot be read: ${message}`,
    'Ask for the DESCRIBE and READ rights on the group: every group of a migration must be seen.',
  )
}
