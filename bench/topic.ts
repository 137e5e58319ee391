import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { type KafkaCluster, startCluster } from '../test/support/kafka/cluster.ts'
import { kafkaDistribution } from '../test/support/kafka/distribution.ts'
import { createTopic } from '../test/support/kafka/topics.ts'

export const PARTITIONS = 6
export const DISTINCT_KEYS = 100_000
export const VALUE_BYTES = 200
const SEED = 7

/** A broker as it is in production: with the JVM's own compilers and collector. */
export async function startBenchBroker(): Promise<KafkaCluster> {
  const overrides = { 'num.network.threads': '3', 'num.io.threads': '8' }
  return await startCluster({ nodes: 1, javaFlags: ['-Xms1g', '-Xmx1g'], overrides })
}

/** A topic filled by Kafka's Java producer with zipf keys. @returns its name */
export async function filledTopic(
  brokers: string,
  codec: string,
  records: number,
): Promise<string> {
  const topic = await createTopic(brokers, `bench-${codec}-${records}`, { partitions: PARTITIONS })
  const { java, classpath } = await kafkaDistribution()
  const source = join(import.meta.dirname, 'java/ZipfProducer.java')
  const shape = [records, DISTINCT_KEYS, VALUE_BYTES, SEED].map(String)
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'
  const args = [quiet, '-cp', classpath, source, brokers, topic, codec, ...shape]
  const child = spawn(java, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code === 0) return topic
  throw new Error(
    'the topic could not be filled; a JDK is needed, a Java without compiler is not enough',
  )
}
