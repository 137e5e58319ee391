import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { fetchJars, kafkaDistribution } from '../../test/support/kafka/distribution.ts'

const run = promisify(execFile)
const SOURCES = join(import.meta.dirname, '../java')
const POM = join(SOURCES, 'pom.xml')
const CACHE = join(import.meta.dirname, '../../.cache/bench')

/** The release of Confluent's Parallel Consumer that is compared with. */
export const PARALLEL_CONSUMER_VERSION = /<parallel-consumer\.version>(.*)<\//.exec(
  readFileSync(POM, 'utf8'),
)![1]!

/** How the Java programs of the benchmark are run. */
export interface JavaPrograms {
  readonly java: string
  /** Arguments up to the class: with the Kafka client that Parallel Consumer asks for. */
  readonly withParallelConsumer: readonly string[]
  /** The same with the Kafka client of the broker's release. */
  readonly withKafka: readonly string[]
}

/**
 * Compiles `bench/java` into a folder; what it needs comes from Maven, once.
 * @throws Error that says what is missing: a JDK, Maven, or the artifacts
 */
export async function compileJava(folder: string): Promise<JavaPrograms> {
  const kafka = await kafkaDistribution()
  const lib = join(CACHE, `parallel-consumer-${PARALLEL_CONSUMER_VERSION}`, 'lib')
  await fetchJars(POM, lib, `Parallel Consumer ${PARALLEL_CONSUMER_VERSION}`)
  const sources = (await readdir(SOURCES)).filter((name) => name.endsWith('.java'))
  const compiler = kafka.java.replace(/java(\.exe)?$/, 'javac$1')
  const files = sources.map((name) => join(SOURCES, name))
  await run(compiler, ['-cp', join(lib, '*'), '-d', folder, ...files]).catch((error: unknown) => {
    throw new Error(`a JDK is needed, a Java without compiler is not enough: ${error}`)
  })
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'
  const on = (jars: string) => [quiet, '-Xmx2g', '-cp', [folder, jars].join(delimiter)]
  return {
    java: kafka.java,
    withParallelConsumer: on(join(lib, '*')),
    withKafka: on(kafka.classpath),
  }
}
