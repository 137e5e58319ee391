import { basename, dirname } from 'node:path'
import type { LocalCluster } from '../adapters/local/local-cluster.ts'
import type { ProgressLine } from '../adapters/terminal/progress.ts'
import { UsageError } from '../errors.ts'
import type { GroupAdmin, RequestHook } from '../ports/group-admin.ts'
import type { JournalStore } from '../ports/journal-store.ts'
import type { MessageSource } from '../ports/message-source.ts'
import type { MessageWriter } from '../ports/message-writer.ts'
import type { ProjectFiles } from '../ports/project-files.ts'
import type { UserModules } from '../ports/user-modules.ts'
import { noPaint, type Paint } from '../report/paint.ts'
import type { FileFormat } from './config/config.ts'
import type { Endpoint } from './config/endpoint.ts'
import { assertFitting } from './fitting-flags.ts'
import type { TypedFlags } from './flags/idle-flags.ts'
import { kafkaLogin } from './kafka-login.ts'

/**
 * The one place that chooses adapters, with `compose-consuming.ts` for the consumer runtime. Each is imported when it is needed: `--help` loads no broker
 * client, and a file no database.
 */

type Environment = Readonly<Record<string, string | undefined>>

export interface SourceOptions {
  readonly format?: FileFormat | undefined
  readonly onBadRecord?: 'fail' | 'skip' | undefined
  /** To refuse flags that the source has no use for. */
  readonly typed: TypedFlags
  readonly env: Environment
}

/**
 * The source that an endpoint names, by the scheme of its URI; without one it is a file, or stdin.
 * @throws UsageError, InputError, BrokerError
 */
export async function openSource(
  endpoint: Endpoint,
  options: SourceOptions,
): Promise<MessageSource> {
  const scheme = /^([a-z][a-z0-9+-]+):/i.exec(endpoint.uri)?.[1]?.toLowerCase()
  const kind = scheme === 'kafka' || scheme === 'local' ? scheme : 'file'
  if (kind === 'file' && scheme !== undefined && endpoint.uri.includes('://')) {
    throw unknownScheme(scheme)
  }
  assertFitting(kind, endpoint, options.typed)
  if (kind === 'kafka') return kafkaSource(endpoint, options.env)
  if (kind === 'local') return localSource(endpoint.uri)
  const { openFileSource } = await import('../adapters/files/file-source.ts')
  return openFileSource({
    path: endpoint.uri,
    uri: endpoint.uri,
    format: options.format ?? endpoint.format ?? 'auto',
    onBadRecord: options.onBadRecord ?? endpoint.onBadRecord ?? 'fail',
    otherNames: endpoint.otherNames ?? [],
  })
}

async function kafkaSource(endpoint: Endpoint, env: Environment): Promise<MessageSource> {
  const { openKafkaSource, parseKafkaUri } = await import('../adapters/kafka/kafka-source.ts')
  return openKafkaSource({ ...parseKafkaUri(endpoint.uri, env), ...kafkaLogin(endpoint) })
}

/** The embedded cluster of a `local:` URI. @throws UsageError, InputError */
export async function openLocalCluster(uri: string): Promise<LocalCluster> {
  const { LocalCluster } = await import('../adapters/local/local-cluster.ts')
  const { parseLocalUri } = await import('../adapters/local/uri.ts')
  const { path } = parseLocalUri(uri)
  await buildDemo(path)
  return LocalCluster.open(path)
}

/**
 * Fills the embedded cluster of a `local:` URI, which is made when there is none; a document that
 * is refused leaves no file behind.
 * @throws UsageError, InputError, RefusedError where it has content and `replace` is false
 */
export async function loadLocalCluster(
  uri: string,
  document: unknown,
  replace: boolean,
): Promise<LocalCluster> {
  const { LocalCluster } = await import('../adapters/local/local-cluster.ts')
  const { parseLocalState } = await import('../adapters/local/parse-local-state.ts')
  const { parseLocalUri } = await import('../adapters/local/uri.ts')
  const { path } = parseLocalUri(uri)
  parseLocalState(document)
  const cluster = LocalCluster.openOrCreate(path)
  try {
    await cluster.load(document, replace)
    return cluster
  } catch (error) {
    cluster.close()
    throw error
  }
}

async function localSource(uri: string): Promise<MessageSource> {
  const { LocalMessageSource } = await import('../adapters/local/local-message-source.ts')
  const { parseLocalUri } = await import('../adapters/local/uri.ts')
  const place = parseLocalUri(uri)
  await buildDemo(place.path)
  return LocalMessageSource.open(place)
}

/** The demo cluster is built when it is first asked for, so that a fresh checkout just works. */
export async function buildDemo(path: string): Promise<void> {
  if (basename(path) !== 'demo.db' || basename(dirname(path)) !== '.pstool') return
  const { ensureDemoCluster } = await import('../adapters/local/demo.ts')
  ensureDemoCluster(path)
}

/** A cluster whose groups are worked on. */
export interface GroupCluster {
  readonly admin: GroupAdmin
  /** As it may be shown: without secrets. */
  readonly uri: string
  /** Reads one of its topics. */
  readonly openTopic: (topic: string) => Promise<MessageSource>
}

/**
 * The cluster that an endpoint names, by the scheme of its URI.
 * @throws UsageError, InputError
 */
export async function openGroupCluster(
  endpoint: Endpoint,
  env: Environment,
): Promise<GroupCluster> {
  const scheme = /^([a-z][a-z0-9+-]+):/i.exec(endpoint.uri)?.[1]?.toLowerCase()
  const { killSwitch } = await import('../adapters/system/kill-switch.ts')
  const onRequest = killSwitch(env)
  if (scheme === 'kafka') return await kafkaGroups(endpoint, env, onRequest)
  if (scheme === 'local') return await localGroups(endpoint.uri, onRequest)
  throw new UsageError('cluster.unknown-scheme', `${endpoint.uri} names no cluster`, [
    'Clusters: kafka://host:9092[,host:9093], local:path.db.',
  ])
}

async function kafkaGroups(
  endpoint: Endpoint,
  env: Environment,
  onRequest: RequestHook | undefined,
): Promise<GroupCluster> {
  const { openKafkaGroupAdmin, parseKafkaClusterUri } = await import(
    '../adapters/kafka/groups/kafka-group-admin.ts'
  )
  const options = { ...parseKafkaClusterUri(endpoint.uri, env), ...kafkaLogin(endpoint) }
  const admin = openKafkaGroupAdmin({ ...options, ...(onRequest !== undefined && { onRequest }) })
  const openTopic = async (topic: string) => {
    const { openKafkaSource } = await import('../adapters/kafka/kafka-source.ts')
    return openKafkaSource({ ...options, topic })
  }
  return { admin, uri: options.uri, openTopic }
}

async function localGroups(uri: string, onRequest: RequestHook | undefined): Promise<GroupCluster> {
  const { LocalGroupAdmin } = await import('../adapters/local/local-group-admin.ts')
  const { localUriText, parseLocalUri } = await import('../adapters/local/uri.ts')
  const { path } = parseLocalUri(uri)
  await buildDemo(path)
  const admin = LocalGroupAdmin.open(path, onRequest === undefined ? {} : { onRequest })
  const openTopic = (topic: string) => localSource(localUriText({ path, topic }))
  return { admin, uri: localUriText({ path, topic: null }), openTopic }
}

/** Journals of offset migrations, in a folder. */
export async function journalStore(folder: string): Promise<JournalStore> {
  const { journalFiles } = await import('../adapters/system/journal-files.ts')
  return journalFiles(folder)
}

/** Asks the user, where somebody can answer; null elsewhere. */
export async function prompt(signal: AbortSignal): Promise<Ask | null> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return null
  const { ask } = await import('../adapters/terminal/prompt.ts')
  const streams = { input: process.stdin, output: process.stderr }
  return (question) => ask(question, streams, signal)
}

/** A line from the user; null when none comes. */
export type Ask = (question: string) => Promise<string | null>

function unknownScheme(scheme: string): UsageError {
  if (scheme === 'iggy') {
    return new UsageError('source.not-yet', 'this version does not read Apache Iggy', [
      'Its placement can be computed: --partitions N --partition-reducer xxh32 on a file of keys.',
    ])
  }
  return new UsageError('source.unknown-scheme', `there is no source of the kind ${scheme}://`, [
    'Sources: kafka://host:9092/topic, local:path.db/topic, a file, or - for stdin.',
  ])
}

/** Loads users' strategies and configurations. */
export async function userModules(): Promise<UserModules> {
  const { userModules } = await import('../adapters/system/module-loader.ts')
  return userModules()
}

export interface Screen {
  readonly width: number
  readonly unicode: boolean
  readonly paint: Paint
}

/** What a stream shows, as the terminal, the variables and `--color` say. */
export async function screen(
  color: boolean | undefined,
  stream: NodeJS.WriteStream = process.stdout,
): Promise<Screen> {
  const { terminalOf } = await import('../adapters/terminal/terminal.ts')
  const { colours } = await import('../adapters/terminal/colours.ts')
  const { columns, unicode, colour } = terminalOf(stream, process.env, process.platform, color)
  return { width: columns, unicode, paint: colour ? colours : noPaint }
}

/** A progress line on stderr, where someone watches. */
export async function progressLine(): Promise<ProgressLine> {
  const { terminalOf } = await import('../adapters/terminal/terminal.ts')
  const progress = await import('../adapters/terminal/progress.ts')
  const { interactive, columns } = terminalOf(process.stderr, process.env, process.platform)
  const now = () => performance.now()
  return progress.progressLine({ stream: process.stderr, interactive, columns, now })
}

/** Where `sample` writes: a file, or stdout for `-`. @throws UsageError */
export async function openWriter(
  path: string,
  content: 'keys' | 'messages',
): Promise<MessageWriter> {
  const { openNdjsonWriter } = await import('../adapters/files/ndjson-writer.ts')
  return openNdjsonWriter({ path, content })
}

/** Writes a whole file or nothing of it. @throws UsageError */
export async function writeText(path: string, text: string): Promise<void> {
  const { writeTextFile } = await import('../adapters/files/text-files.ts')
  return writeTextFile(path, text)
}

/** @throws InputError for a file that cannot be read */
export async function readText(path: string): Promise<string> {
  const { readTextFile } = await import('../adapters/files/text-files.ts')
  return readTextFile(path)
}

/** The files of the working directory, for `init`. */
export async function projectFiles(): Promise<ProjectFiles> {
  const { directoryFiles } = await import('../adapters/system/project-files.ts')
  return directoryFiles(process.cwd())
}
