import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { USERS } from './access.ts'
import type { KafkaDistribution } from './distribution.ts'
import { type NodePlan, nodeSettings } from './node-settings.ts'

const run = promisify(execFile)
const GUARD = join(import.meta.dirname, 'guard.ts')
/** Any 16 bytes will do, in the URL's base64. */
export const CLUSTER_ID = 'cHN0b29sLXRlc3RzLS0tLQ'
/** Half the start-up time on two cores; brokers of tests are not there to be fast later. */
export const START_FAST = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto']

/** A Kafka node that ends with this process, whatever ends it. */
export interface NodeProcess {
  /** @throws Error with the end of its log when the node has ended. */
  alive(): void
  /** Controlled shutdown: hands its partitions over; its data stay. */
  stop(): Promise<void>
  /** Ends at once, with the data of its folder. */
  discard(): Promise<void>
}

export interface NodeLaunch {
  readonly plan: NodePlan
  /** Removed with the node; holds settings, log and the data of every node of the cluster. */
  readonly folder: string
  readonly javaFlags: readonly string[]
}

/** Arguments of Kafka's storage tool that format a node, and make the users of SCRAM. */
export function formatArguments(settingsFile: string): string[] {
  const scram = Object.entries(USERS).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  )
  return ['format', '--cluster-id', CLUSTER_ID, '--config', settingsFile, ...scram]
}

/** Writes the settings of a node and formats its data folder; to be done once per node. */
export async function formatNode(kafka: KafkaDistribution, launch: NodeLaunch): Promise<void> {
  const settings = settingsFileOf(launch)
  await writeFile(settings, nodeSettings(launch.plan))
  const tool = ['-cp', kafka.classpath, 'kafka.tools.StorageTool', ...formatArguments(settings)]
  await run(kafka.java, [...START_FAST, ...tool]).catch((error: Error & { stderr?: string }) => {
    throw new Error(`Kafka's storage could not be formatted: ${error.stderr ?? error.message}`)
  })
}

/** Starts a formatted node; use `answering` to see when it is ready. */
export function startNode(kafka: KafkaDistribution, launch: NodeLaunch): NodeProcess {
  const log = join(launch.folder, `node-${launch.plan.id}.log`)
  const java = [
    kafka.java,
    ...launch.javaFlags,
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    ...['-cp', kafka.classpath, 'kafka.Kafka', settingsFileOf(launch)],
  ]
  const output = openSync(log, 'a')
  const guard = spawn(process.execPath, [GUARD, launch.folder, ...java], {
    stdio: ['pipe', output, output],
    // Ctrl-C goes to the whole group of a terminal; the broker must outlive the tests' teardown.
    detached: true,
  })
  closeSync(output)
  guard.unref()
  guard.stdin?.on('error', () => {})
  const ended = () => guard.exitCode !== null || guard.signalCode !== null
  const end = async (how: () => void) => {
    if (ended()) return
    const exit = once(guard, 'exit')
    guard.ref()
    how()
    await exit
  }
  return {
    alive() {
      if (ended()) throw new Error(`Kafka ended:\n${readFileSync(log, 'utf8').slice(-4000)}`)
    },
    stop: () => end(() => guard.stdin?.write('stop\n')),
    discard: () => end(() => guard.stdin?.end()),
  }
}

function settingsFileOf({ folder, plan }: NodeLaunch): string {
  return join(folder, `node-${plan.id}.properties`)
}
