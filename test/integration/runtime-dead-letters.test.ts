import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { segmentGroups } from '../../src/domain/routing/segment-names.ts'
import type { ConsumedMessage, ConsumerContext } from '../../src/runtime/consumer.ts'
import { messagesOf } from '../support/kafka/producing.ts'
import { kafkaSource } from '../support/runtime/in-process.ts'
import { KILL_POINTS, lettersWithKill } from '../support/runtime/killed-transactions.ts'
import { contentOf, producePoisoned, sourceOf } from '../support/runtime/poisoned-topic.ts'
import { RuntimeTopics } from '../support/runtime/runtime-topics.ts'
import { POISON } from '../support/runtime/saying-consumers.ts'
import { WatchedRuntime } from '../support/runtime/watched-runtime.ts'

const brokers = inject('kafkaBrokers')
let world: RuntimeTopics

beforeAll(async () => {
  world = await RuntimeTopics.on(brokers)
})

afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

describe.concurrent('dead letters on Kafka', () => {
  it('P1, P2, P5, I7, D4: 3 segments of 4 VPs each, a rebalance, and each poison is one letter', async () => {
    const [topic, dead] = [await world.topic('user_events', 3), await world.topic('dead')]
    const plan = { partitions: 3, perPartition: 600, every: 97 }
    const poison = await producePoisoned(brokers, topic, plan)
    const group = world.group()
    const groups = segmentGroups({ origin: group, count: 3 })
    const seen = new Map<string, Set<number>>()
    const vps = new Set<string>()
    const done: string[] = []
    const eachMessage = async (message: ConsumedMessage, context: ConsumerContext) => {
      const { partition, segmentId, collapsed, virtualPartition } = context
      const place = `${partition}/${message.offset}`
      seen.set(place, (seen.get(place) ?? new Set()).add(segmentId!))
      if (!collapsed) vps.add(`${segmentId}/${virtualPartition}`)
      expect([context.group, context.segmentOrigin]).toEqual([groups[segmentId!], group])
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (message.headers.some(({ name }) => name === POISON)) throw new TypeError('no such user')
      done.push(place)
    }
    const member = (segmentIds: readonly number[]) =>
      WatchedRuntime.start({
        group,
        source: kafkaSource(brokers),
        concurrency: 8,
        commitIntervalMs: 200,
        pause: { timeoutMs: 20 },
        maxMessages: 100,
        parallelSegments: { count: 3, partitioner: 'key', segmentIds },
        topics: [
          {
            topic,
            eachMessage,
            virtualPartitions: { partitioner: 'key', maxPartitions: 4 },
            deadLetterQueue: { topic: dead, maxRetries: 1 },
          },
        ],
      })
    await using a = await member([0, 1, 2])
    await a.until(() => done.length > 200)
    await using b = await member([1, 2])
    for (const name of groups) await world.untilCommitted(name, topic, [600, 600, 600])

    expect(b.events('partition.assigned').length).toBeGreaterThan(0)
    expect(seen.size).toBe(1800)
    expect([...seen].filter(([, segments]) => segments.size !== 1)).toEqual([])
    expect(vps.size).toBe(12)
    expect(new Set(done).size).toBe(1800 - poison.length)
    const byPlace = new Map(
      (await messagesOf(brokers, topic)).map((each) => [`${each.partition}/${each.offset}`, each]),
    )
    const letters = await messagesOf(brokers, dead)
    const places: string[] = []
    for (const letter of letters) {
      const source = sourceOf(letter)
      const place = `${source.source_partition}/${source.source_offset}`
      places.push(place)
      const { headers, ...original } = contentOf(byPlace.get(place)!)
      expect(contentOf(letter)).toMatchObject(original)
      expect(contentOf(letter).headers.slice(0, headers.length)).toEqual(headers)
      const [segment] = seen.get(place)!
      expect(source).toEqual({
        source_topic: topic,
        source_partition: place.split('/')[0],
        source_offset: place.split('/')[1],
        source_consumer_group: groups[segment!],
        source_attempts: '2',
        source_error: 'TypeError: no such user',
      })
    }
    expect(places.sort()).toEqual(poison.sort())
  })

  it.each(KILL_POINTS)(
    'D7: killed when $request is $when heard, each poison is one letter, and none is lost',
    async (point) => {
      const [topic, dead] = [await world.topic('orders', 2), await world.topic('dead')]
      const poison = await producePoisoned(brokers, topic, {
        partitions: 2,
        perPartition: 40,
        every: 17,
      })
      const group = world.group()
      const { done, killed } = await lettersWithKill(world, { group, topic, dead, point })
      expect(killed).toBe(true)
      expect(new Set(done).size).toBe(80 - poison.length)
      const letters = (await messagesOf(brokers, dead)).map(sourceOf)
      expect(
        letters.map((source) => `${source.source_partition}/${source.source_offset}`).sort(),
      ).toEqual(poison.sort())
      expect(await world.committed(group, topic, 2)).toEqual([40, 40])
    },
  )
})
