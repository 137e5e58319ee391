import { describe, expect, it } from 'vitest'
import { segmentGroups } from '../../../src/domain/routing/segment-names.ts'
import { RunningCluster } from '../../support/runtime/running.ts'

const keys = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`)

describe('parallel segments', () => {
  it('P1, P2, I7: each group reads everything and keeps its own; the consumer knows which', async () => {
    const world = new RunningCluster().topic('t', keys(40))
    const seen: string[] = []
    const runtime = await world.consume(
      {
        eachMessage(message, { segmentId, segmentOrigin, group }) {
          seen.push(`${group} ${segmentOrigin} ${segmentId} ${message.payload}`)
        },
      },
      { parallelSegments: { count: 3 } },
    )
    await world.clock.pass(5_000)
    const groups = segmentGroups({ origin: 'g', count: 3 })
    expect(new Set(seen.map((line) => line.split(' ')[3])).size).toBe(40)
    expect(seen).toHaveLength(40)
    for (const line of seen) {
      const [group, origin, id] = line.split(' ')
      expect([group, origin]).toEqual([groups[Number(id)], 'g'])
    }
    expect(groups.map((group) => world.committed(0, group)?.offset)).toEqual([40, 40, 40])
    await runtime.stop()
  })

  it("P3: a batch of other segments' messages alone moves the position all the same", async () => {
    const world = new RunningCluster().topic('t', Array(10).fill('same'))
    const runtime = await world.consume(
      { eachMessage: () => {} },
      { parallelSegments: { count: 2, segmentIds: [0, 1] } },
    )
    await world.clock.pass(5_000)
    expect([0, 1].map((id) => world.committed(0, `g-parallel-${id}`)?.offset)).toEqual([10, 10])
    await runtime.stop()
  })

  it('P4: a message that cannot be placed goes to segment 0 alone, told by each group', async () => {
    const world = new RunningCluster().topic('t', keys(10))
    const seen = new Map<string, number | null>()
    const runtime = await world.consume(
      { eachMessage: (message, { segmentId }) => void seen.set(String(message.offset), segmentId) },
      {
        parallelSegments: {
          count: 2,
          partitioner({ offset }) {
            if (offset === 4n) throw new Error('no user')
            return '1'
          },
        },
      },
    )
    await world.clock.pass(10)
    expect(seen.get('4')).toBe(0)
    expect([...seen].filter(([offset, id]) => offset !== '4' && id === 0)).toEqual([])
    const errors = world.events('error.occurred')
    expect(errors.map(({ type, segmentId, offset }) => [type, segmentId, offset])).toEqual([
      ['parallel_segments.partitioner.error', 0, 4],
      ['parallel_segments.partitioner.error', 1, 4],
    ])
    await runtime.stop()
  })

  it('P5: segments first, then VPs of what is left', async () => {
    const world = new RunningCluster().topic('t', keys(64))
    const lanes = new Map<number, Set<number>>()
    const runtime = await world.consume(
      {
        virtualPartitions: { partitioner: 'key', maxPartitions: 4 },
        eachMessage(_, { segmentId, virtualPartition }) {
          const own = lanes.get(segmentId!) ?? new Set()
          lanes.set(segmentId!, own.add(virtualPartition))
        },
      },
      { parallelSegments: { count: 2 } },
    )
    await world.clock.pass(10)
    // The same key and reducer in both layers leave 4 / gcd(2, 4) of 4 VPs in each segment.
    expect([...lanes.values()].map(({ size }) => size)).toEqual([2, 2])
    await runtime.stop()
  })

  it('L7: filters run before splitting: expired messages are dropped, throttled ones wait', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    await world.clock.pass(60_000)
    world.append('t', keys(4))
    const seen: number[] = []
    const runtime = await world.consume({
      expire: { ageMs: 30_000 },
      throttle: { limit: 2, intervalMs: 1_000 },
      eachMessage: ({ offset }) => void seen.push(Number(offset)),
    })
    expect(seen).toEqual([4, 5])
    await world.clock.pass(1_000)
    expect(seen).toEqual([4, 5, 6, 7])
    await world.clock.pass(5_000)
    expect(world.committed()?.offset).toBe(8)
    await runtime.stop()
  })
})
