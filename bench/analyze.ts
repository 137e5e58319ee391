/**
 * Counting the keys of a topic, process start included: pstool against its peers, in rounds that
 * alternate, on a broker of its own. `node bench/analyze.ts --help` lists the flags.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Counts, differences, differencesOfProfile, readCounts } from './counts.ts'
import { machine } from './machine.ts'
import { type Measurement, measure, median, rotated } from './measure.ts'
import { type Peer, PSTOOL, peersFor } from './peers.ts'
import { table } from './table.ts'
import { DISTINCT_KEYS, filledTopic, PARTITIONS, startBenchBroker, VALUE_BYTES } from './topic.ts'

const HELP = `node bench/analyze.ts
  --records 2000000      messages per topic, several by comma
  --codecs none,lz4      of the topics
  --rounds 5             how often everyone reads each topic
  --peers a,b            only those whose name contains one of these (pstool always runs)
  --out FILE             figures of every round as JSON\n`

const REPOSITORY = join(import.meta.dirname, '..')

/** What one topic gave: everyone's rounds, and where answers differ. */
interface Contest {
  readonly records: number
  readonly codec: string
  readonly results: readonly { readonly peer: Peer; readonly rounds: readonly Measurement[] }[]
  readonly disagreements: readonly string[]
}

const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '2000000' },
    codecs: { type: 'string', default: 'none,lz4' },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string', default: '' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

async function main(): Promise<number> {
  const about = machine()
  process.stdout.write(heading(about))
  const folder = await mkdtemp(join(tmpdir(), 'pstool-bench-'))
  const cluster = await startBenchBroker()
  const contests: Contest[] = []
  try {
    for (const records of flags.records.split(',').map(Number))
      for (const codec of flags.codecs.split(',')) {
        const contest = await compete(cluster.brokers, records, codec, about.kcat !== null, folder)
        process.stdout.write(report(contest))
        contests.push(contest)
      }
  } finally {
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  }
  if (flags.out !== undefined) {
    const document = { machine: about, contests: contests.map(plain) }
    await writeFile(flags.out, `${JSON.stringify(document, null, 2)}\n`)
  }
  return contests.some(({ disagreements }) => disagreements.length > 0) ? 1 : 0
}

async function compete(
  broker: string,
  records: number,
  codec: string,
  hasKcat: boolean,
  folder: string,
): Promise<Contest> {
  const topic = await filledTopic(broker, codec, records)
  const wanted = flags.peers.split(',')
  const peers = peersFor(broker, topic, records, codec, hasKcat).filter(
    ({ name }) => name === PSTOOL || wanted.some((part) => name.includes(part)),
  )
  const answer = (peer: Peer) => join(folder, `${peers.indexOf(peer)}.txt`)
  const results = peers.map((peer) => ({ peer, rounds: [] as Measurement[] }))
  // Not counted: it brings the log into the page cache and the broker's code to the compiler.
  await measure(peers.at(-1)!.command, answer(peers.at(-1)!), REPOSITORY)
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const { peer, rounds } of rotated(results, round)) {
      rounds.push(await measure(peer.command, answer(peer), REPOSITORY))
      if (process.stderr.isTTY) process.stderr.write(`\r${round + 1} ${peer.name.padEnd(40)}\r`)
    }
  return { records, codec, results, disagreements: await disagreementsOf(peers, answer, records) }
}

async function disagreementsOf(
  peers: readonly Peer[],
  answer: (peer: Peer) => string,
  records: number,
): Promise<string[]> {
  const [pstool, reference, ...others] = peers
  if (pstool === undefined || reference === undefined) return []
  const expected: Counts = await readCounts(answer(reference))
  const total = Array.from(expected.values()).reduce((sum, count) => sum + count, 0)
  const found = total === records ? [] : [`${reference.name} counted ${total} of ${records}`]
  for (const peer of others) {
    const wrong = differences(expected, await readCounts(answer(peer)))
    found.push(...wrong.map((text) => `${peer.name}: ${text}`))
  }
  const profile = JSON.parse(await readFile(answer(pstool), 'utf8'))
  const wrong = differencesOfProfile(expected, profile)
  return [...found, ...wrong.map((text) => `${PSTOOL}: ${text}`)]
}

function report({ records, codec, results, disagreements }: Contest): string {
  const own = median(results[0]!.rounds.map(({ seconds }) => seconds))
  const rows = results.map(({ peer, rounds }) => {
    const seconds = rounds.map((round) => round.seconds)
    const middle = median(seconds)
    const goal = peer.goal(records)
    const ratio = middle / own
    return [
      peer.name,
      middle.toFixed(2),
      `${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}`,
      (records / middle / 1e6).toFixed(2),
      figure(rounds, 'cpuSeconds', 2),
      figure(rounds, 'peakMiB', 0),
      ratio.toFixed(2),
      goal === null ? '' : `${ratio >= goal ? 'met' : 'MISSED'} (${goal})`,
    ]
  })
  const head = ['', 'median s', 'min-max', 'M rec/s', 'CPU s', 'peak MiB', 'ratio', 'goal']
  const verdict =
    results.length < 2
      ? 'nobody to compare with\n'
      : disagreements.length === 0
        ? 'all counts agree\n'
        : `COUNTS DIFFER\n  ${disagreements.join('\n  ')}\n`
  return `\n${records} messages, ${codec}\n${table([head, ...rows])}${verdict}`
}

function figure(
  rounds: readonly Measurement[],
  name: 'cpuSeconds' | 'peakMiB',
  digits: number,
): string {
  const known = rounds.map((round) => round[name]).filter((value) => value !== null)
  return known.length === 0 ? '-' : median(known).toFixed(digits)
}

function heading(about: ReturnType<typeof machine>): string {
  const missing =
    about.kcat === null
      ? 'kcat is missing, so its rows are: apt-get install kcat, or brew install kcat\n'
      : ''
  const facts = Object.entries(about).map(([name, value]) => `${name} ${value ?? 'missing'}`)
  return `${facts.join(', ')}
${PARTITIONS} partitions; keys of 10 bytes, zipf(1) over ${DISTINCT_KEYS}; values of ${VALUE_BYTES} bytes
ratio: how many times as long as pstool\n${missing}`
}

function plain({ records, codec, results, disagreements }: Contest) {
  const rows = results.map(({ peer, rounds }) => ({ name: peer.name, rounds }))
  return { records, codec, results: rows, disagreements }
}

if (flags.help) process.stdout.write(HELP)
else process.exitCode = await main()
