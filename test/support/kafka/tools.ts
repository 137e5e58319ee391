import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { inject } from 'vitest'
import { folderWith } from '../cli/temp-folder.ts'
import { runInContainer } from './container.ts'
import { kafkaDistribution } from './distribution.ts'
import { START_FAST } from './node-process.ts'
import { uniqueName } from './topics.ts'

/** Classes of Apache Kafka's own command line tools. */
export const KAFKA_TOOLS = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  groups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  offsets: 'org.apache.kafka.tools.GetOffsetShell',
  dumpLog: 'org.apache.kafka.tools.DumpLogSegments',
  acls: 'org.apache.kafka.tools.AclCommand',
  transactions: 'org.apache.kafka.tools.TransactionsCommand',
  consoleProducer: 'org.apache.kafka.tools.ConsoleProducer',
  producerPerformance: 'org.apache.kafka.tools.ProducerPerformance',
  verifiableProducer: 'org.apache.kafka.tools.VerifiableProducer',
} as const

export interface ToolResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs one of Kafka's tools where the broker is: here by Java, or inside its container. */
export async function runKafkaTool(
  tool: keyof typeof KAFKA_TOOLS,
  args: readonly string[],
  stdin = '',
): Promise<ToolResult> {
  const container = inject('kafkaContainer')
  if (container !== null) return await runInside(container, [KAFKA_TOOLS[tool], ...args], stdin)
  const { java, classpath } = await kafkaDistribution()
  const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', classpath]
  const child = spawn(java, [...START_FAST, ...quiet, KAFKA_TOOLS[tool], ...args])
  child.stdin.end(stdin)
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ])
  return { stdout, stderr, exitCode }
}

/** A file where Kafka's tools run, for as long as it is used. */
export async function withToolFile<T>(
  content: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const container = inject('kafkaContainer')
  if (container === null) {
    using folder = folderWith({ 'input.txt': content })
    return await use(join(folder.path, 'input.txt'))
  }
  const path = `/tmp/${uniqueName('input')}`
  const encoded = Buffer.from(content).toString('base64')
  await runInContainer(container, ['sh', '-c', `echo ${encoded} | base64 -d > ${path}`])
  try {
    return await use(path)
  } finally {
    await runInContainer(container, ['rm', path])
  }
}

/**
 * Writes `key<TAB>value` lines with Kafka's own Java producer, so with its partitioner, batches
 * and codecs. @throws Error with what the tool said
 */
export async function produceByJava(
  brokers: string,
  topic: string,
  messages: readonly { readonly key: string; readonly value: string }[],
  compression = 'none',
): Promise<void> {
  const lines = messages.map(({ key, value }) => `${key}\t${value}\n`).join('')
  const reader = ['parse.key=true', 'key.separator=\t']
  // The tool gives up after a second and a half, and says so to nobody but its log.
  const patience = ['--request-timeout-ms', '30000', '--message-send-max-retries', '20']
  const result = await runKafkaTool(
    'consoleProducer',
    [
      ...['--bootstrap-server', brokers, '--topic', topic, '--compression-codec', compression],
      ...patience,
      ...reader.flatMap((property) => ['--reader-property', property]),
    ],
    lines,
  )
  if (result.exitCode !== 0) throw new Error(`ConsoleProducer: ${result.stdout}${result.stderr}`)
}

async function runInside(id: string, command: string[], stdin: string): Promise<ToolResult> {
  const input = Buffer.from(stdin).toString('base64')
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const script = `echo ${input} | base64 -d | java -cp '/opt/kafka/libs/*' ${quoted}`
  const { stdout, stderr, exitCode } = await runInContainer(id, ['sh', '-c', script])
  return { stdout, stderr, exitCode }
}

/** A committed offset as Kafka's own tool tells it; null where it shows none. */
export interface ToolOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint | null
  readonly leaderEpoch: number | null
}

/**
 * What kafka-consumer-groups says that a group has committed, ascending by topic and partition.
 * @throws Error with what the tool said
 */
export async function describeOffsetsByTool(brokers: string, group: string): Promise<ToolOffset[]> {
  return (await describeGroupsByTool(brokers, [group])).get(group)!
}

/** The same of several groups by one run of the tool. @throws Error with what the tool said */
export async function describeGroupsByTool(
  brokers: string,
  groups: readonly string[],
): Promise<ReadonlyMap<string, ToolOffset[]>> {
  const { stdout, stderr, exitCode } = await runKafkaTool('groups', [
    ...['--bootstrap-server', brokers, '--timeout', '60000'],
    ...['--describe', '--offsets', '--verbose', ...groups.flatMap((name) => ['--group', name])],
  ])
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const columns = rows.find(([first]) => first === 'GROUP')
  if (exitCode !== 0 || columns === undefined) {
    throw new Error(`ConsumerGroupCommand: ${stdout}${stderr}`)
  }
  const offsetsOf = (group: string): ToolOffset[] => {
    const offsets = rows.flatMap((cells) => {
      const cell = (name: string) => cells[columns.indexOf(name)] ?? '-'
      if (cell('GROUP') !== group) return []
      const shown = <T>(name: string, read: (text: string) => T) =>
        cell(name) === '-' ? null : read(cell(name))
      const offset = shown('CURRENT-OFFSET', BigInt)
      const leaderEpoch = shown('LEADER-EPOCH', Number)
      return [{ topic: cell('TOPIC'), partition: Number(cell('PARTITION')), offset, leaderEpoch }]
    })
    return offsets.sort((a, b) =>
      a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
    )
  }
  return new Map(groups.map((group) => [group, offsetsOf(group)]))
}
