import type { ParentCommand } from '../adapters/system/child-commands.ts'
import type { MetricsServer } from '../adapters/system/metrics-server.ts'
import type { StatusLine } from '../adapters/terminal/status-line.ts'
import { UsageError } from '../errors.ts'
import type { StartChild } from '../ports/child-command.ts'
import type { ConsumerSource } from '../ports/consumer-source.ts'
import type { GroupAdmin } from '../ports/group-admin.ts'
import type { MetricsPage } from '../ports/metrics-page.ts'
import { buildDemo } from './compose.ts'
import type { Endpoint } from './config/endpoint.ts'
import { kafkaLogin } from './kafka-login.ts'

/** The part of `compose.ts` that is about consuming. */

type Environment = Readonly<Record<string, string | undefined>>

/** A cluster that a runtime consumes from. */
export interface ConsumedCluster {
  readonly source: ConsumerSource
  /** As it may be shown: without secrets. */
  readonly uri: string
  /** For questions beside consuming; whoever asks for it closes it. */
  readonly openAdmin: () => Promise<GroupAdmin>
}

/** What is about memberships of Kafka groups alone. */
export interface KafkaGroupOptions {
  readonly protocol?: 'classic' | 'consumer' | undefined
  readonly instanceId?: string | undefined
}

/** The topic in the URI of a source; null for one of a cluster. @throws UsageError */
export async function topicIn(endpoint: Endpoint, env: Environment): Promise<string | null> {
  if (isKafka(endpoint)) {
    const { parseKafkaUri } = await import('../adapters/kafka/kafka-source.ts')
    return parseKafkaUri(endpoint.uri, env).topic
  }
  if (!isLocal(endpoint)) throw notConsumable(endpoint)
  const { parseLocalUri } = await import('../adapters/local/uri.ts')
  return parseLocalUri(endpoint.uri).topic
}

/**
 * The cluster that an endpoint names, with a topic or without, to be consumed from.
 * @throws UsageError, InputError
 */
export async function openConsumedCluster(
  endpoint: Endpoint,
  { protocol, instanceId }: KafkaGroupOptions,
  env: Environment,
): Promise<ConsumedCluster> {
  if (isKafka(endpoint)) {
    const { parseKafkaUri } = await import('../adapters/kafka/kafka-source.ts')
    const { parseKafkaClusterUri } = await import('../adapters/kafka/groups/kafka-group-admin.ts')
    const { openKafkaConsumerSource } = await import(
      '../adapters/kafka/session/kafka-consumer-source.ts'
    )
    const hasTopic = /^kafka:\/\/[^/?#]*\/[^?#]/i.test(endpoint.uri)
    const parsed = (hasTopic ? parseKafkaUri : parseKafkaClusterUri)(endpoint.uri, env)
    const options = { ...parsed, ...kafkaLogin(endpoint) }
    const group = { ...(protocol && { protocol }), ...(instanceId && { instanceId }) }
    const openAdmin = async () => {
      const admin = await import('../adapters/kafka/groups/kafka-group-admin.ts')
      return admin.openKafkaGroupAdmin(options)
    }
    return { source: openKafkaConsumerSource({ ...options, ...group }), uri: parsed.uri, openAdmin }
  }
  if (!isLocal(endpoint)) throw notConsumable(endpoint)
  const { LocalConsumerSource } = await import('../adapters/local/local-consumer-source.ts')
  const { localUriText, parseLocalUri } = await import('../adapters/local/uri.ts')
  const { path, topic } = parseLocalUri(endpoint.uri)
  await buildDemo(path)
  const openAdmin = async () => {
    const { LocalGroupAdmin } = await import('../adapters/local/local-group-admin.ts')
    return LocalGroupAdmin.open(path)
  }
  const uri = localUriText({ path, topic })
  return { source: LocalConsumerSource.open(path), uri, openAdmin }
}

const isKafka = ({ uri }: Endpoint) => /^kafka:/i.test(uri)
const isLocal = ({ uri }: Endpoint) => /^local:/i.test(uri)

function notConsumable({ uri }: Endpoint): UsageError {
  return new UsageError('consume.no-cluster', `${uri} has no consumer groups`, [
    'Consumed are kafka://host:9092/topic and local:path.db/topic.',
    'A file becomes a cluster by pstool local load.',
  ])
}

/** Figures for Prometheus over HTTP on loopback. @throws UsageError where the port is taken */
export async function metricsServer(page: MetricsPage, port: number): Promise<MetricsServer> {
  const { openMetricsServer } = await import('../adapters/system/metrics-server.ts')
  return openMetricsServer(page, { port })
}

/** Opens a file as for writing and leaves it as it was. @throws UsageError output.unwritable */
export async function tryWriting(path: string): Promise<void> {
  const { openAtomicFile } = await import('../adapters/files/atomic-file.ts')
  await (await openAtomicFile(path)).discard()
}

/** Starts this command line in processes of their own. */
export async function childCommands(): Promise<StartChild> {
  const { startChild } = await import('../adapters/system/child-commands.ts')
  return startChild
}

/** The process that started this one as a part of its work; null elsewhere. */
export async function parentCommand(): Promise<ParentCommand | null> {
  const { parentCommand } = await import('../adapters/system/child-commands.ts')
  return parentCommand()
}

/** A line on stderr that tells how it goes, where someone watches. */
export async function statusLine(isWanted: boolean): Promise<StatusLine> {
  const { terminalOf } = await import('../adapters/terminal/terminal.ts')
  const status = await import('../adapters/terminal/status-line.ts')
  const terminal = () => terminalOf(process.stderr, process.env, process.platform)
  return status.statusLine({
    stream: process.stderr,
    sharing: [process.stderr, ...(process.stdout.isTTY ? [process.stdout] : [])],
    interactive: isWanted && terminal().interactive,
    columns: () => terminal().columns,
  })
}
