import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { kafkaJsSource } from '../../src/adapters/kafkajs/kafkajs-consumer-source.ts'
import { kafkajs } from '../support/kafka/produce.ts'
import { messagesOf } from '../support/kafka/producing.ts'
import { LawfulRuntimes } from '../support/runtime/in-process.ts'
import { producePoisoned, sourceOf } from '../support/runtime/poisoned-topic.ts'
import { RuntimeTopics } from '../support/runtime/runtime-topics.ts'

const brokers = inject('kafkaBrokers')
let world: RuntimeTopics

beforeAll(async () => {
  world = await RuntimeTopics.on(brokers)
})

afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

describe('a runtime on the kafkajs of an application', () => {
  it('C1, D2, I1, I2, I3, O7: fails, collapses, writes letters, and shares with another one', async () => {
    const [topic, dead] = [await world.topic('orders', 4), await world.topic('dead')]
    const plan = { partitions: 4, perPartition: 500, every: 211 }
    const poison = await producePoisoned(brokers, topic, plan)
    const group = world.group()
    const runtimes = new LawfulRuntimes(topic, { workMs: 4, slotsAreFixed: false })
    const member = (name: string) =>
      runtimes.start(
        name,
        {
          group,
          source: kafkaJsSource(kafkajs(brokers), { consumer: { heartbeatInterval: 300 } }),
        },
        { deadLetterQueue: { topic: dead, maxRetries: 1 } },
      )
    await using a = await member('a')
    await a.until(() => runtimes.laws.done > 400)
    await using b = await member('b')
    await b.until(() => b.owned.length === 2)
    await a.until(() => a.owned.length === 2)
    await b.until(() => b.events('job.finished').length > 0)
    await b.stop()
    await world.untilCommitted(group, topic, [500, 500, 500, 500])
    await a.stop()

    expect(runtimes.laws.atEnd()).toEqual([])
    expect(runtimes.laws.done).toBe(2000)
    const letters = (await messagesOf(brokers, dead)).map(sourceOf)
    expect(
      letters.map((source) => `${source.source_partition}/${source.source_offset}`).sort(),
    ).toEqual(poison.sort())
    const jobs = [...a.events('job.started'), ...b.events('job.started')]
    expect(new Set(jobs.map(({ virtualPartition }) => virtualPartition)).size).toBe(3)
    expect(jobs.some(({ collapsed }) => collapsed)).toBe(true)
    const errors = [...a.events('error.occurred'), ...b.events('error.occurred')]
    expect(new Set(errors.map(({ type }) => type))).toEqual(new Set(['consumer.consume.error']))
  })
})
