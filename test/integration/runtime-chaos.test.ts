import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { setSessionTimeout } from '../support/kafka/group-settings.ts'
import { produce } from '../support/kafka/produce.ts'
import { createTopic, deleteTopics, OWN_GROUP, uniqueName } from '../support/kafka/topics.ts'
import { consumeInChaos } from '../support/runtime/chaos.ts'

const brokers = inject('kafkaBrokers')
const SESSION_MS = 3_000
const PARTITIONS = 6
const KEYS = 600
const seed = Number(process.env.PSTOOL_SEED ?? Math.floor(Math.random() * 2 ** 31))
let admin: GroupAdmin
const topics: string[] = []

beforeAll(async () => {
  process.stdout.write(`PSTOOL_SEED=${seed}\n`)
  admin = openGroups(brokers)
  await coordinatorsReady(admin)
})

afterAll(async () => {
  await admin.close()
  await deleteTopics(brokers, ...topics)
})

/** Messages of some keys in turn, each key in one partition; few go into each request. */
async function filledTopic(perPartition: number): Promise<string> {
  const topic = await createTopic(brokers, 'chaos', { partitions: PARTITIONS })
  topics.push(topic)
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

describe.concurrent('processes that are killed, stopped and started while they consume', () => {
  it.each([
    { protocol: 'classic', perPartition: 16_700, events: 8, overlap: false, virtualPartitions: 4 },
    { protocol: 'consumer', perPartition: 3_400, events: 4, overlap: true, virtualPartitions: 4 },
    { protocol: 'classic', perPartition: 1_000, events: 3, overlap: false, virtualPartitions: 1 },
  ] as const)(
    'I1, I2, I3, I5, I8, I9, V3, O5, L1, L3, L4: $protocol, $virtualPartitions VPs, overlap $overlap',
    async ({ protocol, perPartition, events, overlap, virtualPartitions }) => {
      const topic = await filledTopic(perPartition)
      const group = uniqueName(OWN_GROUP)
      if (protocol === 'consumer') await setSessionTimeout(brokers, group, SESSION_MS)
      const { broken, counts, lag } = await consumeInChaos({
        seed,
        admin,
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
