import { describe, expect, it } from 'vitest'
import type { GroupStatus } from '../../../../src/domain/model/consumer-group.ts'
import {
  ghostCommitters,
  liveGroups,
  pendingTransactions,
} from '../../../../src/domain/offsets/guards/liveness.ts'
import {
  existingOffsets,
  inconclusiveOffsets,
} from '../../../../src/domain/offsets/guards/offsets.ts'
import { withinRange } from '../../../../src/domain/offsets/guards/range.ts'
import { namedTopics, segmentCount } from '../../../../src/domain/offsets/guards/topics.ts'
import { GUARDS, type Violation, WAIVABLE } from '../../../../src/domain/offsets/plan.ts'
import { segmentedGroup } from '../../../../src/domain/offsets/segmented-group.ts'
import { type GroupSnapshot, SnapshotIndex } from '../../../../src/domain/offsets/snapshot.ts'
import { at } from '../../../../src/domain/offsets/targets.ts'
import { anIndex, aSnapshot } from '../../../support/offsets/snapshots.ts'

const said = (violations: readonly Violation[]) => violations.map(({ message }) => message)
const place = { topic: 'events', partition: 0 }
const group = segmentedGroup('g', 3)

function looked(status: Partial<GroupStatus>, changes: Partial<GroupSnapshot> = {}): GroupSnapshot {
  const idle = { group: 'g', type: 'classic', state: 'empty', members: 0, problem: null } as const
  const committed = { group: 'g', offsets: [], pending: [], problem: null }
  return { status: { ...idle, ...status }, committed, ...changes }
}

describe('a group that is alive (M6)', () => {
  it.each(['absent', 'dead', 'empty'] as const)('is not one that is %s', (state) => {
    expect(liveGroups([looked({ state, type: state === 'absent' ? null : 'consumer' })])).toEqual(
      [],
    )
  })

  it.each([
    'stable',
    'preparing-rebalance',
    'completing-rebalance',
    'assigning',
    'reconciling',
    'unknown',
  ] as const)('is one that is %s, of both protocols, and nothing overrules it', (state) => {
    for (const type of ['classic', 'consumer'] as const) {
      expect(liveGroups([looked({ state, type, members: 2 })])).toEqual([
        expect.objectContaining({
          guard: 'group-alive',
          message: `Group g is alive: ${state}, 2 members`,
          waivable: false,
        }),
      ])
    }
  })

  it.each(['share', 'streams'] as const)('is not what a %s group can be', (type) => {
    expect(liveGroups([looked({ type })])).toMatchObject([
      {
        guard: 'group-type',
        message: `g is a ${type} group, which commits no offsets that could be moved`,
      },
    ])
  })

  it('may not be one that cannot be seen', () => {
    const problem = { code: 'denied', message: 'not authorized', outcome: 'refused' } as const
    const unseen = looked({ problem, state: 'unknown' })
    expect(liveGroups([unseen])).toMatchObject([
      { guard: 'group-denied', message: 'Group g cannot be read: not authorized' },
    ])
    const offsets = { group: 'g', offsets: [], pending: [], problem }
    expect(pendingTransactions([looked({}, { committed: offsets })], ['events'])).toMatchObject([
      { guard: 'group-denied', waivable: false },
    ])
    // Told once, though neither its state nor its offsets can be read.
    expect(pendingTransactions([{ ...unseen, committed: offsets }], ['events'])).toEqual([])
  })
})

describe('somebody who commits without being a member (M6)', () => {
  const between = (before: number | null, after: number | null) =>
    said(
      ghostCommitters(
        anIndex({ g: { events: { '0': before } } }),
        anIndex({ g: { events: { '0': after } } }),
        3,
      ),
    )

  it.each([
    [7, 8, '7 to 8'],
    [8, 7, '8 to 7'],
    [null, 0, 'none to 0'],
    [0, null, '0 to none'],
  ])('is seen by an offset that goes from %s to %s', (before, after, text) => {
    expect(between(before, after)).toEqual([
      `Somebody commits for g: events#0 went from ${text} within 3 s`,
    ])
  })

  it('is nobody where offsets rest', () => {
    expect(between(7, 7)).toEqual([])
    expect(between(null, null)).toEqual([])
  })

  it('is told once per group', () => {
    const index = (offset: number) =>
      anIndex({ a: { events: { '0': offset, '1': offset } }, b: { events: { '0': offset } } })
    expect(said(ghostCommitters(index(1), index(2), 3))).toHaveLength(2)
  })
})

describe('offsets of segments', () => {
  const index = anIndex({
    'g-parallel-0': { events: { '0': 1000, '1': 0, '2': 5 } },
    'g-parallel-1': { events: { '0': 100, '1': null, '2': 5 } },
    'g-parallel-2': { events: { '0': 1000, '1': 0, '2': 5 } },
  })
  const places = [0, 1, 2].map((partition) => ({ topic: 'events', partition }))

  it('that are there already are told one by one, 0 too (M1)', () => {
    const violations = existingOffsets(group, index, places.slice(0, 2))
    expect(said(violations)).toEqual([
      'Parallel segment g-parallel-0 already has offset 1000 set for events#0',
      'Parallel segment g-parallel-0 already has offset 0 set for events#1',
      'Parallel segment g-parallel-1 already has offset 100 set for events#0',
      'Parallel segment g-parallel-2 already has offset 1000 set for events#0',
      'Parallel segment g-parallel-2 already has offset 0 set for events#1',
    ])
    expect(violations.every(({ waivable }) => waivable)).toBe(true)
  })

  it('that disagree are told ascending by number, each once, none last (M2, M4)', () => {
    expect(said(inconclusiveOffsets(group, index, places))).toEqual([
      'Inconclusive offsets for events#0: 100, 1000',
      'Inconclusive offsets for events#1: 0, none',
      'Parallel segments for g have inconclusive offsets',
    ])
  })
})

describe('what a log keeps (M5)', () => {
  const index = anIndex({ g: { events: { '0': 4 } } }, { ranges: { events: [[10, 20]] } })
  const judged = (offset: bigint, onRange: 'fail' | 'clamp', name = 'h') => {
    const { targets, objections } = withinRange(
      [{ group: name, ...place, to: at(place, offset) }],
      index,
      onRange,
    )
    return { to: targets[0]?.to?.offset, said: said(objections) }
  }

  it.each([10n, 15n, 20n])('is %s: the end counts, for there is nothing new yet', (offset) => {
    expect(judged(offset, 'fail')).toEqual({ to: offset, said: [] })
  })

  it.each([
    [9n, 10n, 'Offset 9 for events#0 is before what the log keeps (10 to 20)'],
    [21n, 20n, 'Offset 21 for events#0 is after what the log keeps (10 to 20)'],
  ])('is not %s, whose nearest is %s', (offset, nearest, text) => {
    expect(judged(offset, 'fail')).toEqual({ to: offset, said: [text] })
    expect(judged(offset, 'clamp')).toEqual({ to: nearest, said: [`${text}: ${nearest} is taken`] })
  })

  it('is no matter where the group stands there and stays', () => {
    expect(judged(4n, 'fail', 'g')).toEqual({ to: 4n, said: [] })
    expect(judged(4n, 'clamp', 'g').to).toBe(10n)
  })
})

describe('topics and segments that are not as told', () => {
  it('are topics that are not there, with near names, and those that may not be read', () => {
    const snapshot = { ...aSnapshot({ g: { events: { '0': 1 } } }), deniedTopics: ['secret'] }
    const index = new SnapshotIndex(snapshot)
    const violations = namedTopics(
      index,
      ['events', 'event', 'secret', 'zzz'],
      ['events', 'orders'],
    )
    expect(violations.map(({ guard, message, remedy }) => [guard, message, remedy])).toEqual([
      ['unknown-topic', 'There is no topic event', 'Did you mean events?'],
      ['topic-denied', 'Topic secret cannot be read', expect.any(String)],
      ['unknown-topic', 'There is no topic zzz', expect.stringContaining('Name a topic')],
    ])
  })

  it('are segments beyond the count, by number and by no other name', () => {
    const listed = [
      'g-parallel-2',
      'g-parallel-10',
      'g-parallel-9',
      'g-parallel-x',
      'g-parallel-09',
    ]
    const offsets = Object.fromEntries([
      ...[0, 1, 2].map((id) => [`g-parallel-${id}`, { events: { '0': 1 } }]),
      ...listed.map((name) => [name, { events: { '0': 1 } }]),
      ['gg-parallel-7', { events: { '0': 1 } }],
    ])
    expect(said(segmentCount(group, aSnapshot(offsets)))).toEqual([
      'g has more segments than the 3 configured: g-parallel-9, g-parallel-10',
    ])
  })
})

describe('guards', () => {
  it('that --force overrules are those about offsets alone (M10)', () => {
    expect([...WAIVABLE].sort()).toEqual([
      'existing-offsets',
      'inconclusive-offsets',
      'moved-since',
    ])
    expect(Object.keys(GUARDS)).toEqual(expect.arrayContaining([...WAIVABLE]))
  })
})
