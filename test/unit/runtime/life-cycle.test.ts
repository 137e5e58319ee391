import { describe, expect, it } from 'vitest'
import { MemoryConsumerSource } from '../../../src/adapters/memory/memory-consumer-source.ts'
import { Consumer } from '../../../src/runtime/consumer.ts'
import { createRuntime } from '../../../src/runtime/create-runtime.ts'
import type { TopicSettings } from '../../../src/runtime/settings.ts'
import { RunningCluster } from '../../support/runtime/running.ts'

/** Resolves when the signal is aborted. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i % 10}`)
const virtual = { partitioner: 'key', maxPartitions: 3 } as const

describe('the life of a runtime', () => {
  it('L1, I9, V6: revoked and shutdown run once per instance that exists, after its job', async () => {
    const log: string[] = []
    let made = 0
    class Orders extends Consumer {
      readonly id = made++
      async consume(): Promise<void> {
        await world.clock.settle()
        log.push(`consume ${this.id}`)
      }
      override revoked(): void {
        log.push(`revoked ${this.id}`)
      }
      override shutdown(): void {
        log.push(`shutdown ${this.id}`)
      }
    }
    const world = new RunningCluster().topic('t', keys(30), 2)
    world.append('t', keys(30), 1)
    const first = await world.consume({ consumer: Orders, virtualPartitions: virtual })
    await world.clock.pass(100)
    const before = made
    expect(before).toBeGreaterThan(3)
    await world.consume({ eachBatch: () => {} })
    await world.clock.pass(100)
    const revoked = log.filter((line) => line.startsWith('revoked'))
    expect(new Set(revoked).size).toBe(revoked.length)
    expect(revoked.length).toBeGreaterThan(0)
    await first.stop()
    const ended = log.filter((line) => !line.startsWith('consume'))
    expect(new Set(ended.map((line) => line.split(' ')[1])).size).toBe(made)
    expect(ended).toHaveLength(made)
  })

  it('L2: synchronize runs one at a time among the VPs of a partition', async () => {
    let inside = 0
    let most = 0
    let runs = 0
    const world = new RunningCluster().topic('t', keys(20))
    const runtime = await world.consume({
      virtualPartitions: virtual,
      async eachBatch(_, context) {
        await context.synchronize(async () => {
          most = Math.max(most, ++inside)
          await world.clock.settle()
          inside--
          runs++
        })
      },
    })
    await world.clock.pass(100)
    await runtime.stop()
    expect({ most, several: runs > 1 }).toEqual({ most: 1, several: true })
  })

  it('L3: a stop lets jobs end within the time, commits what materialised and leaves', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const runtime = await world.consume({ eachBatch: () => gate })
    const stopped = runtime.stop()
    await world.clock.settle()
    expect(world.committed()).toBeNull()
    open()
    await stopped
    expect(world.committed()?.offset).toBe(4)
    expect(world.cluster.group('g')?.members.size ?? 0).toBe(0)
    await expect(runtime.ended).resolves.toBeUndefined()
  })

  it('L3: of a job that is stopped between two messages, what was marked is told as done', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
    const runtime = await world.consume({
      eachMessage: ({ offset }) => gates[Number(offset)]!.promise,
    })
    gates[0]!.resolve()
    await world.clock.settle()
    const stopped = runtime.stop()
    gates[1]!.resolve()
    await stopped
    expect(world.committed()?.offset).toBe(2)
    expect(world.events('job.finished')).toMatchObject([{ ok: true, messages: 4, done: 2 }])
  })

  it('L3: a job that does not end is left behind when the time is over, and nothing is committed', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const runtime = await world.consume({ eachBatch: () => new Promise<void>(() => {}) })
    const stopped = runtime.stop(5_000)
    await world.clock.pass(10_001)
    await stopped
    expect(world.committed()).toBeNull()
  })

  it('L3: a stop while the group is being joined leaves it again, and is no failure', async () => {
    const world = new RunningCluster().topic('t', keys(10))
    const joining = Promise.withResolvers<void>()
    class SlowToJoin extends MemoryConsumerSource {
      override async join(...request: Parameters<MemoryConsumerSource['join']>) {
        await joining.promise
        return await super.join(...request)
      }
    }
    const runtime = createRuntime({
      group: 'g',
      source: new SlowToJoin(world.cluster),
      topics: [{ topic: 't', eachMessage: () => {} }],
      clock: world.clock,
    })
    const running = runtime.run()
    const stopped = runtime.stop()
    joining.resolve()
    await world.clock.pass(100)
    await Promise.all([running, stopped])
    expect(world.committed()).toBeNull()
    await world.consume({ eachMessage: () => {} })
    await world.clock.pass(100)
    expect(world.events('partition.assigned')).toHaveLength(1)

    const refused = Promise.withResolvers<void>()
    class Refused extends MemoryConsumerSource {
      override join = () => refused.promise.then(() => Promise.reject(new Error('closed')))
    }
    const other = createRuntime({
      group: 'g',
      source: new Refused(world.cluster),
      topics: [{ topic: 't', eachMessage: () => {} }],
      clock: world.clock,
    })
    const starting = other.run()
    const ended = other.stop()
    refused.resolve()
    await Promise.all([starting, ended])
  })

  it('L4, O5: a job of an earlier ownership marks nothing and ends unheard', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const marked: boolean[] = []
    let jobs = 0
    const runtime = await world.consume({
      async eachBatch(messages, context) {
        await gates[jobs++]!.promise
        marked.push(context.markAsConsumed(messages[3]!))
      },
    })
    const [member] = world.cluster.group('g')!.members
    world.cluster.expel('g', member!)
    await world.clock.settle()
    expect(jobs).toBe(2)
    gates[0]!.resolve()
    await world.clock.pass(6_000)
    expect(marked).toEqual([false])
    expect(world.committed()).toBeNull()
    gates[1]!.resolve()
    await world.clock.pass(6_000)
    expect(marked).toEqual([false, true])
    expect(world.committed()?.offset).toBe(4)
    await runtime.stop()
  })

  it('L1: the signal of a job is aborted when its partition is taken away', async () => {
    const world = new RunningCluster().topic('t', keys(2), 2)
    world.append('t', keys(2), 1)
    const signals = new Map<number, AbortSignal>()
    const runtime = await world.consume({
      eachBatch(_, context) {
        signals.set(context.partition, context.revokedSignal)
      },
    })
    await world.consume({ eachBatch: () => {} })
    await world.clock.pass(10)
    expect([...signals.values()].filter(({ aborted }) => aborted)).toHaveLength(1)
    await runtime.stop()
  })

  /** Ends at the signal with all but its first message undone. */
  class EndsAtTheSignal extends Consumer {
    async consume(): Promise<void> {
      this.markAsConsumed(this.messages[0]!)
      await aborted(this.revokedSignal)
    }
  }
  const early: Record<string, Partial<TopicSettings>> = {
    'a class': { consumer: EndsAtTheSignal },
    eachMessage: {
      eachMessage: (message, context) =>
        message.offset === 0n ? undefined : aborted(context.revokedSignal),
    },
    'a batch that knows the signal of an earlier job': {
      async eachBatch([first], context) {
        context.markAsConsumed(first!)
        signalOf.set(context.partition, signalOf.get(context.partition) ?? context.revokedSignal)
        if (first!.offset > 0n) await aborted(signalOf.get(context.partition)!)
      },
      maxMessages: 1,
    },
  }
  const signalOf = new Map<number, AbortSignal>()
  it.each(Object.entries(early))(
    'L1, O7: %s that ends at the signal leaves the rest to the next owner',
    async (_, consumer) => {
      signalOf.clear()
      const world = new RunningCluster().topic('t', keys(5), 2)
      world.append('t', keys(5), 1)
      await world.consume(consumer)
      await world.clock.pass(100)
      const seen: string[] = []
      const second = await world.consume({
        eachMessage: ({ offset }, { partition }) => void seen.push(`${partition}:${offset}`),
      })
      await world.clock.pass(100)
      expect(seen.map((place) => place.slice(2)).join()).toMatch(/^(1,)?2,3,4$/)
      await second.stop()
    },
  )

  it('L6: under manual offset management nothing is marked by itself', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const runtime = await world.consume({ manualOffsetManagement: true, eachMessage: () => {} })
    await world.clock.pass(6_000)
    await runtime.stop()
    expect(world.committed()).toBeNull()
  })
})
