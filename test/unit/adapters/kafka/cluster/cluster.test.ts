import { afterEach, describe, expect, it } from 'vitest'
import { openKafkaSource, parseKafkaUri } from '../../../../../src/adapters/kafka/kafka-source.ts'
import { freePorts } from '../../../../support/kafka/ports.ts'
import { ScriptedBroker, type ScriptedCluster } from '../../../../support/scripted-broker.ts'

const started: ScriptedBroker[] = []

async function brokers(count: number, cluster: () => ScriptedCluster): Promise<ScriptedBroker[]> {
  const made = Array.from({ length: count }, () => ScriptedBroker.start(cluster))
  started.push(...(await Promise.all(made)))
  return started.slice(-count)
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((broker) => broker[Symbol.asyncDispose]()))
})

async function described(broker: ScriptedBroker, query = '') {
  const uri = `kafka://127.0.0.1:${broker.port}/orders${query}`
  const source = openKafkaSource(parseKafkaUri(uri, {}))
  try {
    return (await source.describe()).partitions
  } finally {
    await source.close()
  }
}

const whole = (partition: number) => ({ partition, start: 0n, end: 7n })

describe('a topic on many brokers', () => {
  it('is described over one connection to each, and none is left open', async () => {
    const leaders = Array.from({ length: 1000 }, (_, partition) => (partition * 7) % 100)
    const nodes = await brokers(100, () => ({ ports: nodes.map(({ port }) => port), leaders }))
    expect(await described(nodes[0]!)).toEqual(leaders.map((_, partition) => whole(partition)))
    expect(nodes.map(({ accepted }) => accepted)).toEqual(nodes.map(() => 1))
    const open = () => nodes.reduce((sum, node) => sum + node.open.size, 0)
    await expect.poll(open, { timeout: 60_000 }).toBe(0)
  })
})

describe('a broker that falls silent', () => {
  it('is passed over, and another one asked', async () => {
    const nodes = await brokers(2, () => ({ ports: nodes.map(({ port }) => port), leaders: [1] }))
    const uri = `kafka://127.0.0.1:${nodes[0]!.port}/orders?timeout-ms=4000`
    const source = openKafkaSource(parseKafkaUri(uri, {}))
    expect((await source.describe()).partitions).toEqual([whole(0)])
    nodes[0]!.isSilent = true
    expect((await source.describe()).partitions).toEqual([whole(0)])
    await source.close()
  })
})

describe('a leader that is gone', () => {
  it('is asked for anew until another one leads', async () => {
    const [gone] = await freePorts(1)
    let asked = 0
    const [broker] = await brokers(1, () => ({
      ports: [broker!.port, gone!],
      leaders: [0, asked++ < 4 ? 1 : 0],
    }))
    expect(await described(broker!)).toEqual([whole(0), whole(1)])
  })

  it('is named once the time is over', async () => {
    const [gone] = await freePorts(1)
    const [broker] = await brokers(1, () => ({ ports: [broker!.port, gone!], leaders: [1] }))
    await expect(described(broker!, '?timeout-ms=300')).rejects.toMatchObject({
      code: 'broker.unreachable',
      message: expect.stringContaining(`127.0.0.1:${gone}`),
    })
  })
})
