import { KeyProfiler } from '../src/domain/keys/profile.ts'
import { ColumnBatch } from '../src/domain/model/column-batch.ts'
import { partitionerNamed } from '../src/domain/routing/partitioners.ts'
import { reducerNamed } from '../src/domain/routing/reducers.ts'
import { seededRandom } from '../src/domain/routing/seeded-random.ts'

/**
 * The key profile against the truth, and its price: distinct keys and their bounds at 10^2..10^7,
 * top keys of zipf streams whose keys do not fit into memory, time and memory per message.
 * Run alone: `node bench/sketches.ts [largest power of ten]`.
 */
const KEY_BYTES = 10
const PARTITIONS = 6
const MIB = 2 ** 20

interface Run {
  readonly profiler: KeyProfiler
  readonly cpuNanosPerMessage: number
}

/** Feeds `messages` keys, numbers given by `draw`, as 10 digits each. */
function run(messages: number, maxMemoryBytes: number, draw: (i: number) => number): Run {
  const profiler = new KeyProfiler({
    lanes: [{ layer: 'segment', count: 5, reducer: reducerNamed('byte-sum') }],
    partitioner: partitionerNamed('key', { seed: 1 }),
    maxMemoryBytes,
    maxMessages: 100,
    windowMs: 60_000,
    top: 1000,
    partitionCount: PARTITIONS,
  })
  const batch = new ColumnBatch('bench', 4096)
  const key = new Uint8Array(KEY_BYTES)
  let micros = 0
  for (let i = 0; i < messages; ) {
    batch.clear()
    while (!batch.full && i < messages) {
      const id = draw(i)
      digits(key, id)
      batch.addRow(key, 200, id % PARTITIONS, i, 1.7e12 + i)
      i++
    }
    const before = process.cpuUsage()
    profiler.add(batch)
    const { user, system } = process.cpuUsage(before)
    micros += user + system
  }
  return { profiler, cpuNanosPerMessage: (micros * 1000) / messages }
}

function digits(key: Uint8Array, id: number): void {
  for (let i = KEY_BYTES - 1, rest = id; i >= 0; i--, rest = Math.floor(rest / 10)) {
    key[i] = 48 + (rest % 10)
  }
}

function documentOf(profiler: KeyProfiler) {
  return profiler.document({
    generatedBy: 'bench',
    read: {
      sources: [],
      partitioner: 'key',
      sample: 'all',
      seed: 1,
      partitions: null,
      ranges: [],
      available: null,
      badRecords: 0,
      skippedOffsets: 0,
      interrupted: false,
    },
  })
}

const rss = () => `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB peak RSS`

function distinctKeys(power: number): void {
  const keys = 10 ** power
  const { profiler, cpuNanosPerMessage } = run(keys, 1 * MIB, (i) => i)
  const { keys: found, exact } = documentOf(profiler)
  const { lower, upper } = found.distinctBounds
  const error = ((found.distinct / keys - 1) * 100).toFixed(2)
  const holds = lower <= keys && keys <= upper
  console.log(
    `distinct 10^${power}: ${found.distinct} (${error} %), bounds ${lower}..${upper} ${holds ? 'hold' : 'FAIL'}, ${exact ? 'exact' : 'sketched in 1 MiB'}, ${cpuNanosPerMessage.toFixed(0)} ns/message`,
  )
}

/** Numbers whose logarithm is even: rank k has a share of about 1 / k. */
function zipf(distinct: number): () => number {
  const random = seededRandom(7)
  const scale = Math.log(distinct)
  return () => Math.floor(Math.exp(random() * scale))
}

function topKeys(messages: number, distinct: number, memory: number): void {
  const draw = zipf(distinct)
  const counts = new Uint32Array(distinct + 1)
  const { profiler, cpuNanosPerMessage } = run(messages, memory, () => {
    const id = draw()
    counts[id] = counts[id]! + 1
    return id
  })
  const document = documentOf(profiler)
  const listed = new Map(document.topKeys.map((top) => [Number(top.key), top.bounds]))
  const heavy = [...counts.keys()].filter((id) => counts[id]! > messages / 1000)
  const missing = heavy.filter((id) => !listed.has(id)).length
  const wrong = [...listed].filter(([id, { lower, upper }]) => {
    return counts[id]! < lower || counts[id]! > upper
  }).length
  console.log(
    `zipf ${messages} messages, ${distinct} keys, ${memory / MIB} MiB: ${document.exact ? 'exact' : `error at most ${document.topKeysMaxError}`}, ${missing} of ${heavy.length} keys above 0.1 % missing, ${wrong} of ${listed.size} bounds wrong, ${cpuNanosPerMessage.toFixed(0)} ns/message`,
  )
}

const largest = Number(process.argv[2] ?? 7)
if (largest >= 7) {
  // First, because the peak is the process's and later runs are larger.
  documentOf(run(10_000_000, 128 * MIB, (i) => i).profiler)
  console.log(`10^7 keys in 128 MiB: ${rss()}`)
}
for (let power = 2; power <= largest; power++) distinctKeys(power)
topKeys(4_000_000, 10_000, 256 * MIB)
topKeys(4_000_000, 1_000_000, 256 * MIB)
topKeys(4_000_000, 1_000_000, 8 * MIB)
topKeys(4_000_000, 1_000_000, 1 * MIB)
