/**
 * What an operator waits when a group with 1,000 partitions becomes 16 segments: planned, journalled,
 * written, read back and verified, process start included.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coordinatorsReady, openGroups } from '../test/support/kafka/group-admin.ts'
import { createTopic, uniqueName } from '../test/support/kafka/topics.ts'
import { machine } from './machine.ts'
import { type Measurement, measure, median } from './measure.ts'
import { table } from './table.ts'
import { startBenchBroker } from './topic.ts'

const ROUNDS = 5
const GOAL_SECONDS = 5
const SEGMENTS = 16
const PARTITIONS = 1000

const run = join(import.meta.dirname, '../bin/run.js')
const folder = await mkdtemp(join(tmpdir(), 'pstool-bench-'))
const cluster = await startBenchBroker()
const admin = openGroups(cluster.brokers)
/** Rounds by what was done. */
const rounds = new Map<string, Measurement[]>()

async function timed(name: string, args: readonly string[], counts: boolean): Promise<void> {
  const quoted = args.map((arg) => `'${arg}'`).join(' ')
  const command = `'${process.execPath}' '${run}' segments ${quoted} --json`
  const measured = await measure(command, join(folder, 'answer.json'), folder)
  if (counts) rounds.set(name, [...(rounds.get(name) ?? []), measured])
}

/** A group of its own: what segments have already would be another case. */
async function round(topic: string, counts: boolean): Promise<void> {
  const group = uniqueName('bench')
  const offsets = Array.from({ length: PARTITIONS }, (_, partition) => ({
    ...{ topic, partition, offset: 0n },
    ...{ leaderEpoch: 0, metadata: `of ${partition}` },
  }))
  const outcomes = await admin.commitOffsets(group, offsets)
  const problem = outcomes.find((outcome) => outcome.problem !== null)?.problem
  if (problem) throw new Error(problem.message)
  const at = ['--cluster', `kafka://${cluster.brokers}`, '--quiet-window', '0']
  const named = ['--groups', group, '--segments', String(SEGMENTS), ...at]
  await timed('distribute', ['distribute', ...named, '--yes'], counts)
  await timed('reset, all as it should be', ['reset', ...named, '--yes'], counts)
  await timed('rescale to 8', ['rescale', ...named, '--to', '8', '--yes'], counts)
}

try {
  await coordinatorsReady(admin)
  const topic = await createTopic(cluster.brokers, 'bench-segments', { partitions: PARTITIONS })
  await round(topic, false)
  for (let i = 0; i < ROUNDS; i++) await round(topic, true)
} finally {
  await admin.close()
  await cluster.stop()
  await rm(folder, { recursive: true })
}

const { cpu, cores, node, kafka } = machine()
const rows = [...rounds].map(([name, measured]) => {
  const seconds = measured.map((one) => one.seconds)
  const cpuSeconds = measured.map((one) => one.cpuSeconds ?? Number.NaN)
  const verdict = `${median(seconds) < GOAL_SECONDS ? 'met' : 'MISSED'} (${GOAL_SECONDS} s)`
  const spread = `${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}`
  return [name, median(seconds).toFixed(2), spread, median(cpuSeconds).toFixed(2), verdict]
})
process.stdout.write(
  `${SEGMENTS} segments, ${PARTITIONS} partitions; ${cores} x ${cpu}, Node ${node}, Kafka ${kafka}\n` +
    table([['', 'median s', 'min-max', 'CPU s', 'goal'], ...rows]),
)
