import { afterEach, describe, expect, it } from 'vitest'
import type { ByteReader } from '../../../../../src/adapters/kafka/wire/byte-reader.ts'
import { ByteWriter } from '../../../../../src/adapters/kafka/wire/byte-writer.ts'
import { BrokerError } from '../../../../../src/errors.ts'
import { openProducer } from '../../../../support/kafka/producing.ts'
import {
  type Scripted,
  type ScriptedBroker,
  type ScriptedVersions,
  scriptedBroker,
} from '../../../../support/kafka/scripted-broker.ts'

/** As Kafka 3.5 has them. */
const VERSIONS: ScriptedVersions = {
  Produce: [0, 0, 9],
  Metadata: [3, 0, 12],
  InitProducerId: [22, 0, 4],
}
const TOPIC = 't'
const CODES = {
  notLeader: 6,
  timedOut: 7,
  notEnoughReplicas: 19,
  outOfOrder: 45,
  duplicate: 46,
  unknownProducer: 59,
} as const

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0)) await end()
})

/** Whose batch came, from which sequence on. */
interface Received {
  readonly id: number
  readonly sequence: number
  readonly messages: number
}

/** A producer of a broker that answers Produce with one code after the other, then with success. */
async function opened(answers: readonly (number | 'hang up')[], timeoutMs = 20_000) {
  const received: Received[] = []
  let identities = 0
  const broker: ScriptedBroker = await scriptedBroker(VERSIONS, ({ name }, body): Scripted => {
    if (name === 'Metadata') return metadata(broker)
    if (name === 'InitProducerId') return identity(++identities)
    received.push(batchOf(body))
    const answer = answers[received.length - 1] ?? 0
    return answer === 'hang up' ? answer : produced(answer)
  })
  const producer = openProducer(`${broker.host}:${broker.port}`, `?timeout-ms=${timeoutMs}`)
  cleanUp.push(() => producer.close(), broker.close)
  return { producer, received }
}

const message = { key: null, value: null }

describe('sequences', () => {
  it('go on from batch to batch, with one identity', async () => {
    const { producer, received } = await opened([])
    await Promise.all([1, 2, 3].map(() => producer.produce(TOPIC, message, null)))
    await producer.produce(TOPIC, message, null)
    expect(received).toEqual([
      { id: 1, sequence: 0, messages: 3 },
      { id: 1, sequence: 3, messages: 1 },
    ])
  })

  it.each([
    ['hang up', 0],
    [CODES.notLeader, CODES.duplicate],
    [CODES.timedOut, CODES.duplicate],
    [CODES.notEnoughReplicas, 0],
  ] as const)('are the same when %s makes a batch go again', async (trouble, then) => {
    const { producer, received } = await opened([trouble, then])
    await producer.produce(TOPIC, message, null)
    await producer.produce(TOPIC, message, null)
    expect(received).toEqual([
      { id: 1, sequence: 0, messages: 1 },
      { id: 1, sequence: 0, messages: 1 },
      { id: 1, sequence: 1, messages: 1 },
    ])
  })

  it.each([CODES.outOfOrder, CODES.unknownProducer])(
    'begin anew, with another identity, when error %i says that they are lost',
    async (code) => {
      const { producer, received } = await opened([0, code])
      await producer.produce(TOPIC, message, null)
      await producer.produce(TOPIC, message, null)
      await producer.produce(TOPIC, message, null)
      expect(received).toEqual([
        { id: 1, sequence: 0, messages: 1 },
        { id: 1, sequence: 1, messages: 1 },
        { id: 2, sequence: 0, messages: 1 },
        { id: 2, sequence: 1, messages: 1 },
      ])
    },
  )

  it.each(['hang up', CODES.timedOut] as const)(
    'are not begun anew for a batch that may be in the log after %s',
    async (trouble) => {
      const { producer, received } = await opened([trouble, CODES.outOfOrder])
      const error = await producer.produce(TOPIC, message, null).catch((reason) => reason)
      expect(error).toBeInstanceOf(BrokerError)
      expect(error.code).toBe('broker.uncertain-write')
      await producer.produce(TOPIC, message, null)
      expect(received).toEqual([
        { id: 1, sequence: 0, messages: 1 },
        { id: 1, sequence: 0, messages: 1 },
        { id: 2, sequence: 0, messages: 1 },
      ])
    },
  )

  it('give up in the end where they stay lost', async () => {
    const { producer } = await opened(
      Array.from({ length: 99 }, () => CODES.outOfOrder),
      900,
    )
    await expect(producer.produce(TOPIC, message, null)).rejects.toThrow(
      'failed to write to t#0: OUT_OF_ORDER_SEQUENCE_NUMBER',
    )
  })
})

function batchOf(body: ByteReader): Received {
  body.compactNullableString()
  body.int16()
  body.int32()
  const [batch] = body.compactArray(() => {
    body.compactString()
    const [bytes] = body.compactArray(() => {
      body.int32()
      const records = Buffer.from(body.compactBlob())
      body.tags()
      return records
    })
    body.tags()
    return bytes!
  })
  return {
    id: Number(batch!.readBigInt64BE(43)),
    sequence: batch!.readInt32BE(53),
    messages: batch!.readInt32BE(57),
  }
}

function metadata({ host, port }: ScriptedBroker): Uint8Array {
  const answer = new ByteWriter().int32(0)
  answer.compactArray([port], () =>
    answer.int32(1).compactString(host).int32(port).compactString(null).noTags(),
  )
  answer.compactString('cluster').int32(1)
  answer.compactArray([TOPIC], (topic) => {
    answer.int16(0).compactString(topic).raw(new Uint8Array(16)).boolean(false)
    answer.compactArray([0], (partition) => {
      answer.int16(0).int32(partition).int32(1).int32(0)
      for (let lists = 0; lists < 3; lists++) answer.compactArray([], () => {})
      answer.noTags()
    })
    answer.int32(0).noTags()
  })
  return answer.noTags().finish()
}

function identity(id: number): Uint8Array {
  return new ByteWriter().int32(0).int16(0).int64(id).int16(0).noTags().finish()
}

function produced(code: number): Uint8Array {
  const answer = new ByteWriter()
  answer.compactArray([TOPIC], (topic) => {
    answer.compactString(topic)
    answer.compactArray([0], (partition) => {
      answer.int32(partition).int16(code).int64(0).int64(-1).int64(0)
      answer
        .compactArray([], () => {})
        .compactString(null)
        .noTags()
    })
    answer.noTags()
  })
  return answer.int32(0).noTags().finish()
}
