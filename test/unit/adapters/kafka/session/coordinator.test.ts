import { expect, it } from 'vitest'
import { openKafkaConsumerSource } from '../../../../../src/adapters/kafka/session/kafka-consumer-source.ts'
import type { ByteReader } from '../../../../../src/adapters/kafka/wire/byte-reader.ts'
import { ByteWriter } from '../../../../../src/adapters/kafka/wire/byte-writer.ts'
import type { AssignedPartition } from '../../../../../src/ports/consumer-source.ts'
import { type Scripted, scriptedBroker } from '../../../../support/kafka/scripted-broker.ts'

const STALE_MEMBER_EPOCH = 113
const COORDINATOR_NOT_AVAILABLE = 15
const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'
const VERSIONS = {
  Metadata: [3, 12, 12],
  FindCoordinator: [10, 4, 4],
  OffsetCommit: [8, 9, 9],
  OffsetFetch: [9, 9, 9],
  Heartbeat: [68, 1, 1],
} as const

/**
 * A coordinator that raises the epoch with every heartbeat, and knows no other one.
 * @param absent how often it is looked for in vain
 */
function coordinator(port: () => number, absent = 0) {
  let epoch = 0
  let sought = 0
  const offsets = { fetched: [] as number[], committed: [] as number[] }
  const one = (write: (writer: ByteWriter) => void) => {
    const writer = new ByteWriter()
    return writer.compactArray([0], () => write(writer))
  }
  const answer = (name: string, body: ByteReader): Uint8Array => {
    const writer = new ByteWriter().int32(0)
    if (name === 'Metadata') {
      writer.raw(
        one((w) =>
          w.int32(1).compactString('127.0.0.1').int32(port()).compactString(null).noTags(),
        ).finish(),
      )
      writer.compactString('cluster').int32(1)
      const partition = one((w) => {
        w.int16(0).int32(0).int32(1).int32(0)
        for (let lists = 0; lists < 3; lists++) w.compactArray([], () => {})
        w.noTags()
      })
      const topic = one((w) => {
        w.int16(0).compactString('t').uuid(TOPIC_ID).boolean(false).raw(partition.finish())
        w.int32(0).noTags()
      })
      return writer.raw(topic.finish()).noTags().finish()
    }
    if (name === 'FindCoordinator') {
      const code = sought++ < absent ? COORDINATOR_NOT_AVAILABLE : 0
      const found = one((w) => {
        w.compactString('g').int32(1).compactString('127.0.0.1').int32(port()).int16(code)
        w.compactString(null).noTags()
      })
      return writer.raw(found.finish()).noTags().finish()
    }
    if (name === 'Heartbeat') {
      epoch++
      writer.int16(0).compactString(null).compactString('m').int32(epoch).int32(60_000).int8(1)
      const assigned = one((w) =>
        w
          .uuid(TOPIC_ID)
          .compactArray([0], () => w.int32(0))
          .noTags(),
      )
      return writer.raw(assigned.finish()).noTags().noTags().finish()
    }
    return name === 'OffsetFetch' ? fetched(writer, body) : committed(writer, body)
  }
  const fetched = (writer: ByteWriter, body: ByteReader) => {
    body.uvarint()
    body.compactString()
    body.compactString()
    const asked = body.int32()
    offsets.fetched.push(asked)
    // The epoch is raised behind the back of the first one that asks.
    const isStale = offsets.fetched.length === 1 || asked !== epoch
    const partition = one((w) => w.int32(0).int64(7n).int32(-1).compactString('').int16(0).noTags())
    const group = one((w) => {
      w.compactString('g')
      if (isStale) w.compactArray([], () => {})
      else w.raw(one((t) => t.compactString('t').raw(partition.finish()).noTags()).finish())
      w.int16(isStale ? STALE_MEMBER_EPOCH : 0).noTags()
    })
    return writer.raw(group.finish()).noTags().finish()
  }
  const committed = (writer: ByteWriter, body: ByteReader) => {
    body.compactString()
    const asked = body.int32()
    offsets.committed.push(asked)
    const code = offsets.committed.length === 1 || asked !== epoch ? STALE_MEMBER_EPOCH : 0
    const topic = one((w) => {
      w.compactString('t')
        .compactArray([0], () => w.int32(0).int16(code).noTags())
        .noTags()
    })
    return writer.raw(topic.finish()).noTags().finish()
  }
  return { offsets, answer }
}

/** Joins group `g` of a scripted broker; `assigned` resolves with what is assigned first. */
async function joined(absent = 0) {
  let port = 0
  const { offsets, answer } = coordinator(() => port, absent)
  const broker = await scriptedBroker(VERSIONS, ({ name }, body): Scripted => answer(name, body))
  port = broker.port
  const source = openKafkaConsumerSource({
    brokers: [broker],
    uri: 'kafka://scripted',
    protocol: 'consumer',
  })
  const { promise: assigned, resolve } = Promise.withResolvers<readonly AssignedPartition[]>()
  const session = await source.join(
    { group: 'g', topics: ['t'], startFrom: 'latest' },
    {
      assigned: resolve,
      revoked: async () => {},
      lost: () => {},
      problem: () => {},
      failed: () => {},
    },
  )
  const close = async () => {
    await source.close()
    broker.close()
  }
  return { offsets, session, assigned, close }
}

it('a stale epoch skips no committed offset and no commit: both are tried with the next one', async () => {
  const { offsets, session, assigned, close } = await joined()
  expect(await assigned).toMatchObject([{ topic: 't', partition: 0, position: 7 }])
  const offset = { topic: 't', partition: 0, offset: 9n, metadata: '', leaderEpoch: null }
  expect(await session.commit([offset])).toEqual([{ topic: 't', partition: 0, problem: null }])
  for (const epochs of [offsets.fetched, offsets.committed]) {
    expect(epochs.length).toBeGreaterThan(1)
    expect(epochs.at(-1)).toBeGreaterThan(epochs[0]!)
  }
  await close()
})

it('a coordinator that is not there yet, as before the first group of a cluster, is waited for', async () => {
  const { assigned, close } = await joined(2)
  expect(await assigned).toMatchObject([{ topic: 't', partition: 0, position: 7 }])
  await close()
})
