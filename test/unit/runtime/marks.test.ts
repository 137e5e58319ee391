import { describe, expect, it } from 'vitest'
import type { ConsumedMessage, ConsumerContext } from '../../../src/runtime/consumer.ts'
import { RunningCluster } from '../../support/runtime/running.ts'

const COMMIT_MS = 6_000
const RETRY_MS = 1_001

describe('marks that come at odd times', () => {
  it('O2: a late mark of a failed batch covers nothing of the collapsed run that follows', async () => {
    const world = new RunningCluster().topic('t', ['k0', 'k1'])
    const gate = Promise.withResolvers<void>()
    const seen: { message: ConsumedMessage; context: ConsumerContext }[] = []
    const runtime = await world.consume({
      manualOffsetManagement: true,
      virtualPartitions: { partitioner: 'key', maxPartitions: 2 },
      async eachBatch(messages, context) {
        seen.push({ message: messages[0]!, context })
        if (context.collapsed) return gate.promise
        if (messages[0]!.offset === 0n) throw new Error('no')
      },
    })
    await world.clock.pass(RETRY_MS)
    const second = seen.find(({ message }) => message.offset === 1n)!
    // The context of the collapsed job, as a class has it that marks late.
    expect(seen.at(-1)!.context.markAsConsumed(second.message)).toBe(true)
    await world.clock.pass(COMMIT_MS)
    expect(world.committed()).toBeNull()
    gate.resolve()
    await runtime.stop()
  })

  it('O7: a batch whose messages were all marked while it waited has ended, and the next one comes', async () => {
    const world = new RunningCluster().topic('t', ['a'], 2).append('t', ['b'], 1)
    const gate = Promise.withResolvers<void>()
    const log: string[] = []
    let late: () => boolean = () => false
    const runtime = await world.consume(
      {
        virtualPartitions: { partitioner: 'key', maxPartitions: 2 },
        eachBatch(messages, context) {
          const name = `${context.partition}@${messages[0]!.offset}`
          log.push(name)
          if (name === '1@1') return gate.promise
          if (name !== '0@0') return
          late = () => context.markAsConsumed(messages[0]!)
          throw new Error('no')
        },
      },
      { concurrency: 1 },
    )
    await world.clock.pass(10)
    world.append('t', ['c'], 1)
    await world.clock.pass(RETRY_MS)
    expect(log).toEqual(['0@0', '1@0', '1@1'])
    expect(late()).toBe(true)
    world.append('t', ['d'], 0)
    gate.resolve()
    await world.clock.pass(10)
    expect(log).toEqual(['0@0', '1@0', '1@1', '0@1'])
    await runtime.stop()
    expect(world.committed(0)?.offset).toBe(2)
  })

  it('O5, L3: what outlives the grace of a stop is told that it marks nothing', async () => {
    const world = new RunningCluster().topic('t', ['a'])
    let late: () => boolean = () => true
    const runtime = await world.consume({
      eachBatch(messages, context) {
        late = () => context.markAsConsumed(messages[0]!)
        return new Promise<void>(() => {})
      },
    })
    const stopped = runtime.stop(5_000)
    await world.clock.pass(4_999)
    expect(late()).toBe(true)
    await world.clock.pass(10_000)
    await stopped
    expect(late()).toBe(false)
    expect(world.committed()?.offset).toBe(1)
  })
})
