/**
 * The consumer runtime against its peers: everyone consumes the same topics on one broker, and calls
 * a server that answers late. `node bench/runtime.ts --help` lists the flags.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { coordinatorsReady, openGroups } from '../test/support/kafka/group-admin.ts'
import { machine } from './machine.ts'
import { compete } from './runtime/contest.ts'
import { startIoServer } from './runtime/io-server.ts'
import { compileJava, PARALLEL_CONSUMER_VERSION } from './runtime/java.ts'
import { KeyedTopics } from './runtime/keyed-topics.ts'
import { peersFor } from './runtime/peers.ts'
import { figuresOf, type Result, report } from './runtime/report.ts'
import { chosenRows, limitsOf, messagesFor, nameOf } from './runtime/rows.ts'
import { startBenchBroker } from './topic.ts'

const HELP = `node bench/runtime.ts
  --rows uniform/6p,0ms  only rows with all parts of one of these in their name (uniform/6p/10s/1ms)
  --peers a,b            only those whose name contains one of these
  --quick                six rows, of two seconds
  --seconds 5            what a perfect consumer would take for a row
  --limit 30             after so many seconds a consumer is stopped, and measured by what it has
  --rounds 1             how often everyone consumes each topic; figures are medians
  --vps-per-worker 10    of "pstool overlap": virtual partitions per assigned partition and worker
  --buffer 10000         of "Parallel Consumer buffered": its messageBufferSize
  --check                look at counts, order and commits too; speeds are no measurement then
  --list                 print the names of the rows
  --out FILE             figures of every round as JSON\n`

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '' },
    peers: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    limit: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '1' },
    'vps-per-worker': { type: 'string', default: '10' },
    buffer: { type: 'string', default: '10000' },
    check: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const rows = chosenRows(flags.rows, flags.quick)

async function main(): Promise<number> {
  if (rows.length === 0) throw new Error('--rows names no row; --list prints them')
  const facts = { ...machine(), parallelConsumer: PARALLEL_CONSUMER_VERSION }
  process.stdout.write(
    `${Object.entries(facts)
      .map(([name, value]) => `${name} ${value ?? 'missing'}`)
      .join(', ')}\n`,
  )
  const folder = await mkdtemp(join(tmpdir(), 'pstool-bench-'))
  const results: Result[] = []
  try {
    await measureAll(folder, results)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  if (flags.out !== undefined) {
    const document = { machine: facts, results: results.map(plain) }
    await writeFile(flags.out, `${JSON.stringify(document, null, 2)}\n`)
  }
  return results.some(({ problems }) => problems.length > 0) ? 1 : 0
}

/** Adds to the results row by row, so that those of a run that is cut short are printed. */
async function measureAll(folder: string, results: Result[]): Promise<void> {
  const programs = await compileJava(folder)
  const cluster = await startBenchBroker()
  const broker = cluster.brokers
  const io = await startIoServer(programs)
  const groups = openGroups(broker)
  const topics = new KeyedTopics(broker, programs)
  const seconds = Number(flags.seconds ?? (flags.quick ? 2 : 5))
  const tuning = { vpsPerWorker: Number(flags['vps-per-worker']), buffer: Number(flags.buffer) }
  const arena = { broker, io, groups, rounds: Number(flags.rounds), seconds: Number(flags.limit) }
  try {
    await coordinatorsReady(groups)
    for (const row of rows) {
      const peers = peersFor(row, programs, tuning).filter(({ name }) =>
        flags.peers.split(',').some((part) => name.includes(part)),
      )
      const topic = await topics.get(row.keys, row.partitions, messagesFor(row, seconds))
      const result = await compete({ ...arena, check: flags.check }, row, topic, peers)
      process.stdout.write(report(result))
      results.push(result)
    }
  } finally {
    io.stop()
    await groups.close()
    await cluster.stop()
  }
}

function plain({ row, topic, peers, problems }: Result) {
  const limits = limitsOf(row, topic.messages, topic.heaviest)
  const measured = peers.map(({ name, rounds }) => ({
    ...{ name, ...(rounds.length === 0 ? {} : figuresOf(rounds)), rounds },
  }))
  return { name: nameOf(row), row, topic, limits, peers: measured, problems }
}

if (flags.help) process.stdout.write(HELP)
else if (flags.list) process.stdout.write(rows.map((row) => `${nameOf(row)}\n`).join(''))
else process.exitCode = await main()
