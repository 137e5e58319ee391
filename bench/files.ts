/**
 * How fast files are read, against simple peers in the same run: `node bench/files.ts [messages]`.
 * Every reader is a process of its own and is timed whole, with its start.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openFileSource } from '../src/adapters/files/file-source.ts'
import { READ_ALL, type SampleMode, type Selection } from '../src/domain/model/selection.ts'

const DISTINCT_KEYS = 200_003
const SAMPLE_LIMIT = 100_000

/** The loop that anyone would write first. */
const READLINE_LOOP = `
const lines = require('node:readline').createInterface({
  input: require('node:fs').createReadStream(process.argv[1]),
  crlfDelay: Infinity,
})
let records = 0
lines.on('line', (line) => { if (JSON.parse(line).key !== null) records++ })
lines.on('close', () => {
  const { userCPUTime, maxRSS } = process.resourceUsage()
  console.log(records, userCPUTime / 1e6, Math.round(maxRSS / 1024))
})`

const AWK_COUNT = '{ count[$0]++ } END { print NR }'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    read: { type: 'string' },
    content: { type: 'string', default: 'keys' },
    sample: { type: 'string', default: 'all' },
  },
})
if (values.read === undefined) await bench(Number(positionals[0] ?? 1_000_000))
else {
  const content = values.content as Selection['content']
  await read(values.read, content, values.sample as SampleMode)
}

async function bench(messages: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pstool-bench-'))
  try {
    const keys = join(folder, 'keys.txt')
    const ndjson = join(folder, 'records.ndjson')
    await write(keys, messages * 4, keyOf)
    await write(ndjson, messages, recordOf)
    console.log(`${describeFile(keys)}, ${describeFile(ndjson)}`)
    console.log('records/s   per user CPU s   peak MiB')
    pstool('plain keys', keys, messages * 4)
    peer('plain keys, awk counting', messages * 4, 'awk', [AWK_COUNT, keys])
    pstool('plain keys, spread sample', keys, messages * 4, 'keys', 'spread')
    pstool('plain keys, tail sample', keys, messages * 4, 'keys', 'tail')
    pstool('NDJSON, keys', ndjson, messages)
    pstool('NDJSON, whole messages', ndjson, messages, 'messages')
    peer('NDJSON, readline and JSON.parse', messages, process.execPath, [
      '-e',
      READLINE_LOOP,
      ndjson,
    ])
    for (const suffix of ['.gz', '.zst']) {
      const [program, flags] = suffix === '.gz' ? ['gzip', '-1k'] : ['zstd', '-q1']
      if (spawnSync(program, [flags, ndjson]).status !== 0) continue
      pstool(`NDJSON${suffix}, keys`, `${ndjson}${suffix}`, messages)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function pstool(
  title: string,
  path: string,
  messages: number,
  content: Selection['content'] = 'keys',
  sample: SampleMode = 'all',
): void {
  const self = import.meta.filename
  const args = [self, '--read', path, '--content', content, '--sample', sample]
  peer(`${title}: pstool`, messages, process.execPath, args)
}

/** Runs a reader, checks that it saw every record, and prints its speed. */
function peer(title: string, messages: number, program: string, args: readonly string[]): void {
  const start = performance.now()
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' })
  const seconds = (performance.now() - start) / 1000
  if (status !== 0) throw new Error(`${title}: ${stderr}`)
  const [seen, user, peak = '-'] = stdout.trim().split(' ')
  if (Number(seen) !== messages) throw new Error(`${title} saw ${seen} of ${messages} records`)
  const perUser = user === undefined ? '-' : thousands(messages / Number(user))
  const wall = thousands(messages / seconds)
  console.log(`${wall.padStart(9)} ${perUser.padStart(16)} ${peak.padStart(10)}   ${title}`)
}

/** A bench process: reads as a command does, and prints what it saw and used. */
async function read(
  path: string,
  content: Selection['content'],
  sample: SampleMode,
): Promise<void> {
  const source = openFileSource({ path, uri: path, onBadRecord: 'fail' })
  const limit = sample === 'all' ? null : SAMPLE_LIMIT
  // What a partitioner of the key, or of the payload, looks at.
  let bytes = 0
  for await (const batch of source.read({ ...READ_ALL, content, sample, limit })) {
    for (let row = 0; row < batch.count; row++) {
      bytes += content === 'keys' ? batch.keyLength[row]! : batch.message(row).value!.length
    }
  }
  if (bytes === 0) throw new Error('nothing was read')
  const { userCPUTime, maxRSS } = process.resourceUsage()
  console.log(`${source.report().available} ${userCPUTime / 1e6} ${Math.round(maxRSS / 1024)}`)
}

/** A record of about 250 bytes: the key first, then a value, headers, and its place. */
function recordOf(i: number): string {
  return JSON.stringify({
    key: keyOf(i),
    value: { id: i, country: 'DE', amount: i * 1.5, tags: ['a', 'b'], note: 'filler '.repeat(5) },
    headers: { trace: `trace-${i}`, source: 'web' },
    timestamp: 1_700_000_000_000 + i,
    partition: i % 6,
    offset: i,
  })
}

function keyOf(i: number): string {
  return `user-${(i * 7919) % DISTINCT_KEYS}`
}

async function write(path: string, lines: number, lineOf: (i: number) => string): Promise<void> {
  const out = createWriteStream(path)
  for (let first = 0; first < lines; first += 10_000) {
    let block = ''
    for (let i = first; i < Math.min(lines, first + 10_000); i++) block += `${lineOf(i)}\n`
    if (!out.write(block)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}

function describeFile(path: string): string {
  return `${path.split('/').at(-1)} ${Math.round(statSync(path).size / 2 ** 20)} MiB`
}

function thousands(value: number): string {
  return `${Math.round(value / 1000)} k`
}
