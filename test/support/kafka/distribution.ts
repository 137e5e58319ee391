import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const POM = join(import.meta.dirname, 'pom.xml')
const CACHE = join(import.meta.dirname, '../../../.cache/kafka')
const OLDEST_JAVA = 17

/** The release in pom.xml, which is the container's tag too. */
export const KAFKA_VERSION = versionInPom()

/** A Java that can run Apache Kafka, and the jars of one release. */
export interface KafkaDistribution {
  readonly java: string
  readonly keytool: string
  /** `lib/*` of the release, as java's -cp takes it. */
  readonly classpath: string
  /** Where things that belong to the release may be kept for later runs. */
  readonly folder: string
}

/**
 * Apache Kafka from its Maven artifacts, fetched once into `.cache/kafka/<version>`.
 * @throws Error that says what is missing: Java 17, Maven, or the artifacts
 */
export async function kafkaDistribution(): Promise<KafkaDistribution> {
  const java = await findJava()
  const folder = join(CACHE, KAFKA_VERSION)
  const lib = join(folder, 'lib')
  if (!existsSync(lib)) await fetchInto(folder, lib)
  const keytool = java.replace(/java(\.exe)?$/, 'keytool$1')
  return { java, keytool, classpath: join(lib, '*'), folder }
}

async function findJava(): Promise<string> {
  const home = process.env.JAVA_HOME
  const java = home === undefined ? 'java' : join(home, 'bin', 'java')
  const { stderr } = await run(java, ['-version']).catch(() => {
    throw new Error(`no Java: \`${java} -version\` does not run`)
  })
  const major = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0)
  if (major >= OLDEST_JAVA) return java
  throw new Error(`Java ${OLDEST_JAVA} or newer is needed, \`${java}\` is ${major}`)
}

/** Two runs at once may both fetch; whichever renames first wins, and the folders are equal. */
async function fetchInto(folder: string, lib: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const unfinished = await mkdtemp(join(folder, 'fetching-'))
  try {
    await run('mvn', [
      '--quiet',
      '--batch-mode',
      `--file=${POM}`,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${unfinished}`,
      '-DincludeScope=runtime',
    ]).catch((error: NodeJS.ErrnoException & { stdout?: string }) => {
      const reason = error.code === 'ENOENT' ? 'no Maven: `mvn` does not run' : error.stdout
      throw new Error(`Apache Kafka ${KAFKA_VERSION} could not be fetched: ${reason}`)
    })
    await rename(unfinished, lib).catch((error: unknown) => {
      if (!existsSync(lib)) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

function versionInPom(): string {
  const version = /<kafka\.version>(.*)<\/kafka\.version>/.exec(readFileSync(POM, 'utf8'))?.[1]
  if (version === undefined) throw new Error(`no kafka.version in ${POM}`)
  return version
}
