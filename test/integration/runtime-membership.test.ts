import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { BrokerProxy, type Fate } from '../support/kafka/proxy.ts'
import { handingOver } from '../support/runtime/handing-over.ts'
import { kafkaSource, LawfulRuntimes } from '../support/runtime/in-process.ts'
import { RuntimeTopics } from '../support/runtime/runtime-topics.ts'
import { WatchedRuntime } from '../support/runtime/watched-runtime.ts'

const brokers = inject('kafkaBrokers')
const PROTOCOLS = ['classic', 'consumer'] as const
const BLOCKING = new URL('../support/runtime/blocking-consumer.ts', import.meta.url).href
let world: RuntimeTopics

beforeAll(async () => {
  world = await RuntimeTopics.on(brokers)
})

afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

// Most of their time they wait, so they do that together.
describe.concurrent.each(PROTOCOLS)('a runtime in a group of Kafka (%s)', (protocol) => {
  it('L5: a thread that is busy for longer than the session keeps its partition', async () => {
    const sessionTimeoutMs = 3_000
    const group = await world.groupWithSession(protocol, sessionTimeoutMs)
    const topic = await world.topic('busy-thread')
    await world.appendValues(topic, ['6000'])
    await using runtime = await WatchedRuntime.start({
      group,
      source: kafkaSource(brokers, { protocol, sessionTimeoutMs }),
      topics: [{ topic, execution: 'threads', module: { file: BLOCKING } }],
      commitIntervalMs: 200,
    })
    await world.untilCommitted(group, topic, [1])
    expect(runtime.events('partition.assigned')).toHaveLength(1)
    expect(runtime.events('partition.revoked')).toEqual([])
    expect(runtime.events('error.occurred')).toEqual([])
  })

  it('L1, L3: jobs end, hooks run and marks are committed before another one has the partition', async () => {
    const group = world.group()
    const topic = await world.filled('handed-over', 2, 10, 1)
    const happened: string[] = []
    const say = (partition: number, what: string) => happened.push(`${partition} ${what}`)
    const { HandingOver, isAtIt } = handingOver(say)
    const source = () => kafkaSource(brokers, { protocol })
    const settings = { group, commitIntervalMs: 60_000, shutdownTimeoutMs: 100 }
    const topics = [{ topic, consumer: HandingOver, manualOffsetManagement: true }]
    await using a = await WatchedRuntime.start(
      { ...settings, topics, source: source() },
      (runtime) => {
        runtime.on('offset.committed', ({ partition, offset }) =>
          say(partition, `committed ${offset}`),
        )
      },
    )
    await isAtIt
    const eachMessage = ({ partition, offset }: { partition: number; offset: bigint | null }) =>
      void say(partition, `b has ${offset}`)
    await using b = await WatchedRuntime.start(
      { ...settings, topics: [{ topic, eachMessage, maxMessages: 1 }], source: source() },
      (runtime) => {
        runtime.on('partition.assigned', ({ partition, position }) =>
          say(partition, `b begins at ${position}`),
        )
      },
    )
    await b.until(() => b.owned.length === 1 && b.events('job.finished').length > 0)
    const [moved] = b.owned
    const own = happened.filter((line) => line.startsWith(`${moved} `)).slice(0, 7)
    expect(own.map((line) => line.slice(2))).toEqual([
      'has 0',
      'asked to end',
      'ends at 3',
      'hook',
      'committed 4',
      'b begins at 4',
      'b has 4',
    ])
    expect(a.events('partition.revoked')).toMatchObject([{ partition: moved, reason: 'taken' }])
    expect(a.owned).toEqual([1 - moved!])
  })

  it('a static member that is started again disturbs nobody, and nothing is done twice', async () => {
    const group = world.group()
    const topic = await world.filled('static', 4, 200)
    const runtimes = new LawfulRuntimes(topic)
    const member = (name: string, instanceId: string) =>
      runtimes.start(name, { group, source: kafkaSource(brokers, { protocol, instanceId }) })
    await using a = await member('a', 'a')
    const b = await member('b', 'b')
    await b.until(() => b.owned.length === 2)
    await a.until(() => a.owned.length === 2)
    const { owned } = b
    const before = a.events('partition.revoked').length + a.events('partition.assigned').length
    await b.stop()
    // Time enough for a rebalance, if there were one.
    await sleep(1_500)
    await world.append(topic, 4, 200)
    await using again = await member('b-again', 'b')
    await world.untilCommitted(group, topic, [400, 400, 400, 400])
    expect(again.owned).toEqual(owned)
    expect(a.events('partition.revoked').length + a.events('partition.assigned').length).toBe(
      before,
    )
    expect(a.events('error.occurred')).toEqual([])
    expect(runtimes.laws.atEnd()).toEqual([])
    expect(runtimes.laws.done).toBe(1600)
  })

  it('connections that end are told as source.error, and cost neither messages nor partitions', async () => {
    await using proxy = await BrokerProxy.before(brokers)
    const group = world.group()
    const topic = await world.filled('cut', 2, 1000)
    const runtimes = new LawfulRuntimes(topic)
    await using runtime = await runtimes.start('a', {
      group,
      source: kafkaSource(proxy.brokers, { protocol }),
      commitIntervalMs: 50,
    })
    await runtime.until(() => runtimes.laws.done > 200)
    proxy.down()
    await runtime.until(() => runtime.events('error.occurred').length > 0)
    proxy.up()
    let commits = 0
    // The first is not heard, the second one's answer is lost.
    proxy.fateOf = ({ name }): Fate =>
      name !== 'OffsetCommit' || commits++ > 1 ? 'pass' : commits === 1 ? 'cut before' : 'cut after'
    await world.untilCommitted(group, topic, [1000, 1000])
    expect(commits).toBeGreaterThan(2)
    expect(new Set(runtime.events('error.occurred').map(({ type }) => type))).toEqual(
      new Set(['source.error']),
    )
    expect(runtime.events('partition.revoked')).toEqual([])
    expect(runtimes.laws.atEnd()).toEqual([])
    expect(runtimes.laws.counts).toMatchObject({ redone: 0, redoneInOrder: 0 })
  })

  it('L4, O7: a member that is cut off for longer than its session begins again where it was committed', async () => {
    await using proxy = await BrokerProxy.before(brokers)
    const sessionTimeoutMs = 2_000
    const group = await world.groupWithSession(protocol, sessionTimeoutMs)
    const topic = await world.filled('cut-off', 4, 2000)
    const runtimes = new LawfulRuntimes(topic)
    const source = (at: string) => kafkaSource(at, { protocol, sessionTimeoutMs })
    await using a = await runtimes.start('a', { group, source: source(proxy.brokers) })
    await a.until(() => runtimes.laws.done > 200)
    proxy.down()
    await a.until(() => a.events('partition.revoked').length === 4)
    expect(new Set(a.events('partition.revoked').map(({ reason }) => reason))).toEqual(
      new Set(['lost']),
    )
    await using b = await runtimes.start('b', { group, source: source(brokers) })
    await b.until(() => b.owned.length === 4)
    proxy.up()
    await a.until(() => a.owned.length === 2)
    await world.untilCommitted(group, topic, [2000, 2000, 2000, 2000])
    expect(a.events('error.occurred').some(({ type }) => type === 'source.error')).toBe(true)
    expect(b.events('error.occurred')).toEqual([])
    expect(runtimes.laws.atEnd()).toEqual([])
    expect(runtimes.laws.done).toBe(8000)
  })
})
