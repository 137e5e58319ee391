import { describe, expect, it } from 'vitest'
import type { ConsumedMessage } from '../../../src/runtime/consumer.ts'
import { MessageError } from '../../../src/runtime/message-error.ts'
import { RunningCluster } from '../../support/runtime/running.ts'

const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`)
const virtual = { partitioner: 'key', maxPartitions: 4, reducer: 'murmur2' } as const

describe('failures, back-off and collapse', () => {
  it('E1, C1, I4: the partition pauses once, then what is not marked runs collapsed in log order', async () => {
    const seen: { offset: number; collapsed: boolean; attempt: number }[] = []
    const world = new RunningCluster().topic('t', keys(12))
    let failures = 1
    const runtime = await world.consume({
      virtualPartitions: virtual,
      eachMessage(message, { collapsed, attempt }) {
        const offset = Number(message.offset)
        if (offset === 5 && failures-- > 0) throw new Error('not now')
        seen.push({ offset, collapsed, attempt })
      },
    })
    const before = seen.length
    expect(world.events('partition.paused')).toMatchObject([{ reason: 'failure', ms: 1000 }])
    await world.clock.pass(1_000)
    const again = seen.slice(before)
    expect(again.every(({ collapsed, attempt }) => collapsed && attempt === 2)).toBe(true)
    expect(again.map(({ offset }) => offset)).toEqual(
      again.map(({ offset }) => offset).sort((a, b) => a - b),
    )
    expect(seen.map(({ offset }) => offset).sort((a, b) => a - b)).toEqual([...Array(12).keys()])
    world.append('t', keys(4))
    await world.clock.pass(1)
    expect(seen.slice(12).every(({ collapsed }) => !collapsed)).toBe(true)
    expect(world.events('error.occurred')).toMatchObject([
      { type: 'consumer.consume.error', topic: 't', partition: 0, offset: 5, attempt: 1 },
    ])
    expect(world.events('error.occurred')[0]).toHaveProperty('virtualPartition')
    await runtime.stop()
  })

  it('E2: the back-off doubles up to its limit, and begins anew after a success', async () => {
    const world = new RunningCluster().topic('t', keys(1))
    let failures = 6
    const runtime = await world.consume({
      pause: { timeoutMs: 100, maxTimeoutMs: 500 },
      eachMessage() {
        if (failures-- > 0) throw new Error('not now')
      },
    })
    await world.clock.pass(10_000)
    failures = 1
    world.append('t', keys(1))
    await world.clock.pass(10_000)
    const waits = world.events('partition.paused').map(({ ms }) => ms)
    expect(waits).toEqual([100, 200, 400, 500, 500, 500, 100])
    await runtime.stop()
  })

  it('E4: other partitions go on while one is paused, which stays ours', async () => {
    const world = new RunningCluster().topic('t', keys(2), 2).append('t', keys(3), 1)
    const done: number[] = []
    const runtime = await world.consume({
      eachMessage(_, { partition }) {
        if (partition === 0) throw new Error('never')
        done.push(partition)
      },
    })
    await world.clock.pass(20_000)
    expect(done).toEqual([1, 1, 1])
    expect(world.cluster.group('g')!.members.size).toBe(1)
    expect(world.events('partition.revoked')).toEqual([])
    await runtime.stop()
  })

  it('E3, O7: a refetch that is cut otherwise leaves out what was marked', async () => {
    const world = new RunningCluster().topic('t', keys(6))
    const batches: number[][] = []
    let failures = 1
    const runtime = await world.consume({
      maxMessages: 6,
      virtualPartitions: { ...virtual, maxPartitions: 1 },
      eachBatch(messages, context) {
        batches.push(messages.map(({ offset }) => Number(offset)))
        context.markAsConsumed(messages[1]!)
        if (failures-- > 0) throw new Error('not now')
      },
    })
    world.append('t', keys(2))
    await world.clock.pass(1_000)
    expect(batches).toEqual([
      [0, 1, 2, 3, 4, 5],
      [2, 3, 4, 5, 6, 7],
    ])
    await runtime.stop()
  })

  it('C2, C3, C4: a pause with a manual collapse replays the lowest offset in log order', async () => {
    const world = new RunningCluster().topic('t', keys(10))
    const runs: { offsets: number[]; collapsed: boolean }[] = []
    const runtime = await world.consume({
      virtualPartitions: virtual,
      eachBatch(messages, context) {
        const offsets = messages.map(({ offset }) => Number(offset))
        runs.push({ offsets, collapsed: context.collapsed })
        if (context.collapsed) return
        context.markAsConsumed(messages[0]!)
        context.collapseUntil(messages.at(-1)!.offset)
        if (messages.length > 1) context.pause(messages[1]!.offset, 50)
      },
    })
    await world.clock.pass(50)
    const first = runs.filter(({ collapsed }) => !collapsed)
    const replay = runs.filter(({ collapsed }) => collapsed)
    const marked = new Set(first.map(({ offsets }) => offsets[0]))
    const lowest = Math.min(...first.flatMap(({ offsets }) => offsets.slice(1, 2)))
    expect(replay).toHaveLength(1)
    expect(replay[0]!.offsets).toEqual(
      [...Array(10).keys()].filter((offset) => offset >= lowest && !marked.has(offset)),
    )
    await world.clock.pass(5_000)
    expect(world.committed()?.offset).toBe(10)
    await runtime.stop()
  })

  it('V2: a partitioner that throws once is told once, and the whole batch runs in VP 0', async () => {
    const world = new RunningCluster().topic('t', keys(8))
    const lanes = new Set<number>()
    const runtime = await world.consume({
      virtualPartitions: {
        maxPartitions: 4,
        partitioner: ({ offset }) => {
          if (offset === 3n || offset === 5n) throw new Error('no key')
          return String(offset)
        },
      },
      eachMessage: (_, { virtualPartition }) => void lanes.add(virtualPartition),
    })
    await world.clock.pass(10)
    expect([...lanes]).toEqual([0])
    expect(world.events('error.occurred')).toMatchObject([
      { type: 'virtual_partitions.partitioner.error', partition: 0 },
    ])
    await world.clock.pass(5_000)
    expect(world.committed()?.offset).toBe(8)
    await runtime.stop()
  })

  it('O5: marks are stored for the next commit, and markAsConsumedNow commits before it resolves', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const states: (number | undefined)[] = []
    const runtime = await world.consume({
      manualOffsetManagement: true,
      async eachBatch(messages, context) {
        context.markAsConsumed(messages[0]!)
        states.push(world.committed()?.offset)
        await context.markAsConsumedNow(messages[1]!, 'now')
        states.push(world.committed()?.offset)
        context.markAsConsumed(messages[2]!)
      },
    })
    expect(world.committed()).toEqual({ offset: 2, metadata: 'now' })
    await world.clock.pass(5_000)
    expect(states).toEqual([undefined, 2])
    expect(world.committed()).toEqual({ offset: 3, metadata: '' })
    await runtime.stop()
  })

  it('O5: a seek moves the committed position back; nothing else does', async () => {
    const world = new RunningCluster().topic('t', keys(6))
    let seeks = 1
    const seen: number[] = []
    const runtime = await world.consume({
      eachBatch(messages, context) {
        seen.push(...messages.map(({ offset }) => Number(offset)))
        if (seen.length === 8 && seeks-- > 0) context.seek(2)
      },
    })
    await world.clock.pass(5_000)
    expect(world.committed()?.offset).toBe(6)
    world.append('t', keys(2))
    await world.clock.pass(5_000)
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6, 7])
    expect(world.committed()?.offset).toBe(8)
    await runtime.stop()
  })

  it.each([
    ['', (bad: ConsumedMessage) => new MessageError(bad, new Error('bad'))],
    [
      ' of another copy of the library',
      ({ offset }: ConsumedMessage) => {
        return Object.assign(new Error('bad'), { name: 'MessageError', offset })
      },
    ],
  ])('D3: an error%s that names its message does so for batches too', async (_, errorFor) => {
    const world = new RunningCluster().topic('t', keys(4)).topic('dead')
    const runtime = await world.consume({
      deadLetterQueue: { topic: 'dead', maxRetries: 0 },
      eachBatch(messages) {
        const bad = messages.find(({ offset }) => offset === 2n)
        if (bad) throw errorFor(bad)
      },
    })
    await world.clock.pass(10_000)
    expect(world.log('dead').map(({ headers }) => headers.source_offset)).toEqual(['2'])
    await runtime.stop()
    expect(world.committed()?.offset).toBe(4)
  })
})
