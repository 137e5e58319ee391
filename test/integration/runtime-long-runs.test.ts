import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { produce } from '../support/kafka/produce.ts'
import { consumeInChaos } from '../support/runtime/chaos.ts'
import { kafkaSource } from '../support/runtime/in-process.ts'
import { RuntimeTopics } from '../support/runtime/runtime-topics.ts'
import { WatchedRuntime } from '../support/runtime/watched-runtime.ts'

const brokers = inject('kafkaBrokers')
const SESSION_MS = 3_000
const PARTITIONS = 6
const KEYS = 600
const seed = Number(process.env.PSTOOL_SEED ?? Math.floor(Math.random() * 2 ** 31))
let world: RuntimeTopics

beforeAll(async () => {
  process.stdout.write(`PSTOOL_SEED=${seed}\n`)
  world = await RuntimeTopics.on(brokers)
})

afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** Messages of some keys in turn, each key in one partition; few go into each request. */
async function filledTopic(perPartition: number): Promise<string> {
  const topic = await world.topic('chaos', PARTITIONS)
  const total = perPartition * PARTITIONS
  const perRequest = 30_000
  for (let from = 0; from < total; from += perRequest) {
    const count = Math.min(perRequest, total - from)
    await produce(
      brokers,
      topic,
      Array.from({ length: count }, (_, i) => {
        // Neighbours are of one key now and then.
        const key = Math.floor((from + i) / PARTITIONS / 2) % (KEYS / PARTITIONS)
        const partition = (from + i) % PARTITIONS
        return { key: `key-${partition}-${key}`, value: '""', partition }
      }),
    )
  }
  return topic
}

// They wait most of the time, for sessions and for jobs, so they do that together.
describe.concurrent('processes that are killed, stopped and started while they consume', () => {
  it.each([
    { protocol: 'classic', perPartition: 16_700, events: 8, overlap: false, virtualPartitions: 4 },
    { protocol: 'consumer', perPartition: 3_400, events: 4, overlap: true, virtualPartitions: 4 },
    { protocol: 'classic', perPartition: 1_000, events: 3, overlap: false, virtualPartitions: 1 },
  ] as const)(
    'I1, I2, I3, I5, I8, I9, V3, O5, L1, L3, L4: $protocol, $virtualPartitions VPs, overlap $overlap',
    async ({ protocol, perPartition, events, overlap, virtualPartitions }) => {
      const topic = await filledTopic(perPartition)
      const group = await world.groupWithSession(protocol, SESSION_MS)
      const { broken, counts, lag } = await consumeInChaos({
        seed,
        admin: world.admin,
        group,
        topic,
        perPartition,
        partitions: PARTITIONS,
        events,
        most: 3,
        taskOf: (count) => {
          const handler = count % 2 === 0 ? 'each-message' : 'class'
          return {
            name: `${handler}-${count}`,
            brokers,
            group,
            topic,
            protocol,
            handler,
            concurrency: 12,
            virtualPartitions,
            overlap,
            maxMessages: 400,
            commitIntervalMs: 300,
            workMs: 4,
            sessionTimeoutMs: SESSION_MS,
            heartbeatIntervalMs: 300,
          }
        },
      })
      process.stdout.write(`${protocol}, ${virtualPartitions} VPs: ${JSON.stringify(counts)}\n`)
      expect(broken).toEqual([])
      // Message by message there is nothing beyond what is committed in order.
      if (virtualPartitions === 1) expect(counts.redoneInOrder).toBe(0)
      expect(lag).toBe(0)
    },
  )
})

describe.concurrent.each(['classic', 'consumer'] as const)('a long job (%s)', (protocol) => {
  it('L5: a job of 45 s keeps its partition, with a session of 6 s and others in the group', async () => {
    const sessionTimeoutMs = 6_000
    const group = await world.groupWithSession(protocol, sessionTimeoutMs)
    const topic = await world.topic('long-job', 2)
    const source = () => kafkaSource(brokers, { protocol, sessionTimeoutMs })
    const started = Promise.withResolvers<number>()
    const eachMessage = async ({
      partition,
      offset,
    }: {
      partition: number
      offset: bigint | null
    }) => {
      if (offset !== 3n) return
      started.resolve(partition)
      await sleep(45_000)
    }
    const settings = { group, topics: [{ topic, eachMessage }], commitIntervalMs: 500 }
    await using a = await WatchedRuntime.start({ ...settings, source: source() })
    await using b = await WatchedRuntime.start({ ...settings, source: source() })
    await b.until(() => b.owned.length === 1)
    await a.until(() => a.owned.length === 1)
    await world.append(topic, 2, 10)
    await started.promise
    const [ofA, ofB] = [a.events('partition.revoked').length, b.events('partition.revoked').length]
    await world.untilCommitted(group, topic, [10, 10])
    expect(a.events('partition.revoked')).toHaveLength(ofA)
    expect(b.events('partition.revoked')).toHaveLength(ofB)
    expect([...a.events('error.occurred'), ...b.events('error.occurred')]).toEqual([])
  })
})
