import { describe, expect, it } from 'vitest'
import { RunningCluster } from '../../support/runtime/running.ts'

const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`)
const virtual = { partitioner: 'key', maxPartitions: 4 } as const
const failAt = (bad: bigint) => (message: { readonly offset: bigint }) => {
  if (message.offset === bad) throw new TypeError('no such user')
}

describe('dead letters', () => {
  it('D2, D4: a virtual run, a collapsed run, then the letter with where it came from', async () => {
    const world = new RunningCluster().topic('t', keys(6)).topic('dead')
    const attempts: [number, boolean][] = []
    const runtime = await world.consume({
      virtualPartitions: virtual,
      deadLetterQueue: { topic: 'dead', maxRetries: 1 },
      eachMessage(message, { attempt, collapsed }) {
        if (message.offset === 3n) attempts.push([attempt, collapsed])
        failAt(3n)(message)
      },
    })
    await world.clock.pass(20_000)
    expect(attempts).toEqual([
      [1, false],
      [2, true],
    ])
    expect(world.log('dead')).toEqual([
      {
        key: 'k3',
        headers: {
          source_topic: 't',
          source_partition: '0',
          source_offset: '3',
          source_consumer_group: 'g',
          source_attempts: '2',
          source_error: 'TypeError: no such user',
        },
      },
    ])
    expect(world.committed()?.offset).toBe(6)
    await runtime.stop()
  })

  it('D5: an outage of the dead-letter topic loses nothing, and is told', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const runtime = await world.consume({
      deadLetterQueue: { topic: 'dead', maxRetries: 0 },
      eachMessage: failAt(1n),
    })
    await world.clock.pass(3_500)
    const told = world.events('error.occurred').map(({ type }) => type)
    expect(told.filter((type) => type === 'dead_letters.dispatch.error').length).toBeGreaterThan(1)
    world.topic('dead')
    await world.clock.pass(60_000)
    expect(world.log('dead')).toHaveLength(1)
    expect(world.committed()?.offset).toBe(4)
    await runtime.stop()
  })

  it('D5: without a topic the message is skipped, also under manual offset management', async () => {
    const world = new RunningCluster().topic('t', keys(3))
    const runtime = await world.consume({
      manualOffsetManagement: true,
      deadLetterQueue: { topic: false, maxRetries: 0 },
      eachMessage(message, context) {
        failAt(1n)(message)
        context.markAsConsumed(message)
      },
    })
    await world.clock.pass(20_000)
    expect(world.events('dead-letter.dispatched')).toMatchObject([
      { offset: 1, deadLetterTopic: null, attempts: 1 },
    ])
    expect(world.committed()?.offset).toBe(3)
    await runtime.stop()
  })

  it('D6: independent failures are counted per message, others together', async () => {
    const lettersWith = async (independent: boolean) => {
      const world = new RunningCluster().topic('t', keys(6)).topic('dead')
      const failed = new Map<bigint, number>()
      const runtime = await world.consume({
        deadLetterQueue: { topic: 'dead', maxRetries: 2, independent },
        eachMessage({ offset }) {
          const times = (failed.get(offset) ?? 0) + 1
          failed.set(offset, times)
          if (times <= 1) throw new Error('once')
        },
      })
      await world.clock.pass(200_000)
      await runtime.stop()
      return world.log('dead').length
    }
    expect(await lettersWith(true)).toBe(0)
    expect(await lettersWith(false)).toBeGreaterThan(0)
  })

  it('D7: the letter and the offset are one transaction', async () => {
    const world = new RunningCluster().topic('t', keys(2)).topic('dead')
    const runtime = await world.consume(
      {
        deadLetterQueue: { topic: 'dead', maxRetries: 0, transactional: true },
        eachMessage: failAt(0n),
      },
      { commitIntervalMs: 3_600_000 },
    )
    await world.clock.settle()
    expect(world.log('dead')).toHaveLength(1)
    expect(world.committed()?.offset).toBe(1)
    await runtime.stop()
  })

  it('D7: who lost the partition dispatches nothing', async () => {
    const world = new RunningCluster().topic('t', keys(2)).topic('dead')
    const gate = Promise.withResolvers<void>()
    let runs = 0
    const runtime = await world.consume({
      deadLetterQueue: { topic: 'dead', maxRetries: 0 },
      async eachMessage() {
        if (++runs > 1) return
        await gate.promise
        throw new Error('late')
      },
    })
    world.cluster.expel('g', [...world.cluster.group('g')!.members][0]!)
    await world.clock.settle()
    gate.resolve()
    await world.clock.pass(20_000)
    expect(world.log('dead')).toEqual([])
    expect(world.committed()?.offset).toBe(2)
    await runtime.stop()
  })
})
