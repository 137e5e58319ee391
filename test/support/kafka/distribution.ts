import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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
  await fetchJars(POM, lib, `Apache Kafka ${KAFKA_VERSION}`)
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

/**
 * Fetches what a pom.xml depends on into a folder, unless that is there already. Two runs at once may
 * both fetch; whichever renames first wins, and the folders are equal.
 * @throws Error that says what is missing: Maven, or the artifacts, called `what`
 */
export async function fetchJars(pom: string, lib: string, what: string): Promise<void> {
  if (existsSync(lib)) return
  const folder = dirname(lib)
  await mkdir(folder, { recursive: true })
  const unfinished = await mkdtemp(join(folder, 'fetching-'))
  try {
    await run('mvn', [
      '--quiet',
      '--batch-mode',
      `--file=${pom}`,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${unfinished}`,
      '-DincludeScope=runtime',
    ]).catch((error: NodeJS.ErrnoException & { stdout?: string }) => {
      const reason = error.code === 'ENOENT' ? 'no Maven: `mvn` does not run' : error.stdout
      throw new Error(`${what} could not be fetched: ${reason}`)
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
