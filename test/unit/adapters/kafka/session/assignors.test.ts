import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AssignedMember } from '../../../../../src/adapters/kafka/session/membership/assignors/assignor.ts'
import { assignCooperatively } from '../../../../../src/adapters/kafka/session/membership/assignors/cooperative-sticky.ts'
import { assignRange } from '../../../../../src/adapters/kafka/session/membership/assignors/range.ts'
import { keyOf } from '../../../../../src/adapters/kafka/session/partition-key.ts'
import type { TopicPartition } from '../../../../../src/domain/model/cluster.ts'

const member = (memberId: string, extra: Partial<AssignedMember> = {}): AssignedMember => ({
  memberId,
  instanceId: null,
  topics: ['t0', 't1'],
  owned: [],
  generation: -1,
  rackId: null,
  ...extra,
})
const counts = (...sizes: number[]) => new Map(sizes.map((size, i) => [`t${i}`, size]))
const names = (assigned: ReadonlyMap<string, readonly TopicPartition[]>) =>
  Object.fromEntries([...assigned].map(([id, own]) => [id, own.map(keyOf).sort()]))
const owned = (...places: string[]) =>
  places.map((place) => {
    const [topic, partition] = place.split('#')
    return { topic: topic!, partition: Number(partition) }
  })

describe('range', () => {
  it("gives what Kafka's documentation says: two members, two topics of three partitions", () => {
    expect(names(assignRange([member('C1'), member('C0')], counts(3, 3)))).toEqual({
      C0: ['t0#0', 't0#1', 't1#0', 't1#1'],
      C1: ['t0#2', 't1#2'],
    })
  })

  it('goes by instance id before member id, and only over who wants the topic', () => {
    const members = [
      member('a'),
      member('z', { instanceId: '1' }),
      member('b', { topics: ['t1'] }),
      member('y', { instanceId: '0' }),
    ]
    expect(names(assignRange(members, counts(2, 5)))).toEqual({
      y: ['t0#0', 't1#0', 't1#1'],
      z: ['t0#1', 't1#2'],
      a: ['t1#3'],
      b: ['t1#4'],
    })
  })

  it('leaves members without a partition, and topics that nobody wants', () => {
    const members = [member('a', { topics: ['t0'] }), member('b', { topics: ['t0'] })]
    expect(names(assignRange(members, counts(1, 4)))).toEqual({ a: ['t0#0'], b: [] })
  })
})

describe('cooperative-sticky', () => {
  it('lets go of what moves first, and gives it away in the next round', () => {
    const a = member('a', { owned: owned('t0#0', 't0#1', 't0#2', 't0#3'), generation: 1 })
    const first = assignCooperatively([a, member('b')], counts(4))
    expect(names(first)).toEqual({ a: ['t0#0', 't0#1'], b: [] })
    const second = assignCooperatively(
      [member('a', { owned: first.get('a')!, generation: 2 }), member('b', { generation: 2 })],
      counts(4),
    )
    expect(names(second)).toEqual({ a: ['t0#0', 't0#1'], b: ['t0#2', 't0#3'] })
  })

  it('believes the younger generation, and neither of two of one', () => {
    const claims = (generationOfB: number) =>
      assignCooperatively(
        [
          member('a', { owned: owned('t0#0'), generation: 3 }),
          member('b', { owned: owned('t0#0'), generation: generationOfB }),
        ],
        counts(1),
      )
    expect(names(claims(4))).toEqual({ a: [], b: ['t0#0'] })
    expect(names(claims(2))).toEqual({ a: ['t0#0'], b: [] })
    expect(names(claims(3))).toEqual({ a: ['t0#0'], b: [] })
  })

  const group = fc.record({
    sizes: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
    members: fc.integer({ min: 1, max: 6 }),
    joining: fc.integer({ min: 0, max: 3 }),
    leaving: fc.integer({ min: 0, max: 3 }),
  })

  it('is balanced, complete and at rest after two rounds, whoever came and went', () => {
    fc.assert(
      fc.property(group, ({ sizes, members, joining, leaving }) => {
        const sized = counts(...sizes)
        const topics = [...sized.keys()]
        const rounds = (ids: readonly string[], before: ReadonlyMap<string, TopicPartition[]>) => {
          let now = before
          for (let generation = 1; generation <= 2; generation++) {
            const all = ids.map((id) =>
              member(id, { topics, owned: now.get(id) ?? [], generation }),
            )
            const next = assignCooperatively(all, sized)
            for (const [id, own] of next) {
              // Nobody gets what another one still has.
              const others = [...now].filter(([other]) => other !== id && ids.includes(other))
              const taken = new Set(others.flatMap(([, theirs]) => theirs.map(keyOf)))
              expect(own.filter((partition) => taken.has(keyOf(partition)))).toEqual([])
            }
            now = next
          }
          return now
        }
        const first = Array.from({ length: members }, (_, i) => `m${i}`)
        const then = [
          ...first.slice(Math.min(leaving, members - 1)),
          ...Array.from({ length: joining }, (_, i) => `n${i}`),
        ]
        const before = rounds(first, new Map())
        const after = rounds(then, before)
        const total = sizes.reduce((sum, size) => sum + size, 0)
        for (const assigned of [before, after]) {
          const own = [...assigned.values()]
          expect(new Set(own.flat().map(keyOf)).size).toBe(total)
          expect(own.flat()).toHaveLength(total)
          const loads = own.map((partitions) => partitions.length)
          expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1)
        }
        expect(names(rounds(then, after))).toEqual(names(after))
      }),
      { numRuns: 200 },
    )
  })
})
