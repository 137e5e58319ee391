import { prepareAcls } from './acls.ts'
import { answering } from './answering.ts'
import { certificateOf } from './certificate.ts'
import { startCluster } from './cluster.ts'
import { containerHost, startContainer } from './container.ts'
import { kafkaDistribution } from './distribution.ts'
import type { StartedKafka } from './started-kafka.ts'

const NAMED_BROKER_WITHIN_MS = 5_000

/**
 * A real Kafka: the one that PSTOOL_TEST_KAFKA names, else a container, else Maven's artifacts.
 * A named broker is used without its secured listeners, which only a broker of our own can have:
 * that is started beside it where the machine can.
 * @throws Error that says the three ways to get one
 */
export async function locateKafka(named = process.env.PSTOOL_TEST_KAFKA): Promise<StartedKafka> {
  if (named === undefined || named === '') return await startOwn()
  await answering(named.split(',')[0]!, 'any', NAMED_BROKER_WITHIN_MS).catch((cause: unknown) => {
    throw new Error(`PSTOOL_TEST_KAFKA=${named}: ${cause}`)
  })
  const own = await startOwn().catch(() => null)
  return {
    plaintext: named,
    secured: own?.secured ?? null,
    container: null,
    stop: async () => own?.stop(),
  }
}

async function startOwn(): Promise<StartedKafka> {
  const host = await containerHost()
  const kafka = host === null ? await startHere() : await startContainer(host)
  try {
    await prepareAcls(kafka.plaintext)
  } catch (error) {
    await kafka.stop()
    throw error
  }
  return kafka
}

async function startHere(): Promise<StartedKafka> {
  const kafka = await kafkaDistribution().catch((cause: unknown) => {
    throw new Error(HOW_TO_GET_ONE(String(cause)))
  })
  const { keystore, pem } = await certificateOf(kafka)
  const cluster = await startCluster({ nodes: 1, keystore })
  const ports = cluster.ports.get(1)!
  return {
    plaintext: cluster.brokers,
    secured: {
      plaintext: cluster.brokers,
      saslPlaintext: `127.0.0.1:${ports.saslPlaintext}`,
      tls: `127.0.0.1:${ports.tls}`,
      saslTls: `127.0.0.1:${ports.saslTls}`,
      ca: pem,
    },
    container: null,
    stop: () => cluster.stop(),
  }
}

const HOW_TO_GET_ONE = (reason: string) =>
  `These tests need a real Kafka, and there is none (${reason}). Three ways to get one:
  1. name a broker that may be written to: PSTOOL_TEST_KAFKA=127.0.0.1:9092 npm test
  2. start Docker: the tests run Apache Kafka's image in a container
  3. install Java 17 or newer and Maven: the tests fetch Apache Kafka itself (about 45 MB, once)`
