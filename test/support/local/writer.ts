import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { ensureDemoCluster } from '../../../src/adapters/local/demo.ts'
import { LocalCluster } from '../../../src/adapters/local/local-cluster.ts'
import { LocalConsumerSource } from '../../../src/adapters/local/local-consumer-source.ts'
import { openOrCreateDatabase } from '../../../src/adapters/local/local-database.ts'
import { LocalGroupAdmin } from '../../../src/adapters/local/local-group-admin.ts'
import { loadSqlite } from '../../../src/adapters/local/sqlite.ts'
import { createTopic } from '../../../src/adapters/local/topics.ts'
import type { NewMessage, TopicPartition } from '../../../src/domain/model/cluster.ts'

/**
 * A process that writes to an embedded cluster until it is done or killed.
 * Each line that it prints says what has been acknowledged to it.
 */
const [task, path, name = '', count = '0'] = process.argv.slice(2) as [
  string,
  string,
  string?,
  string?,
]
const say = (line: unknown) => writeSync(1, `${JSON.stringify(line)}\n`)

/** Messages `name-batch-0..29` over three partitions. */
function batchOf(batch: number): NewMessage[] {
  return Array.from({ length: 30 }, (_, index) => ({
    partition: index % 3,
    key: Buffer.from(`${name}-${batch}-${index}`),
    value: Buffer.alloc(2000, 'x'),
  }))
}

/** Appends a batch and commits its number for all partitions, again and again. */
async function appendAndCommit(): Promise<void> {
  const cluster = LocalCluster.open(path)
  const admin = LocalGroupAdmin.open(path)
  for (let batch = 0; batch < Number(count); batch++) {
    const appended = await cluster.append('t', batchOf(batch))
    say({ batch, offsets: appended.map(({ partition, offset }) => [partition, Number(offset)]) })
    const committed = { topic: 't', offset: BigInt(batch), metadata: `${batch}`, leaderEpoch: 0 }
    const offsets = [0, 1, 2].map((partition) => ({ ...committed, partition }))
    const outcomes = await admin.commitOffsets(name, offsets)
    if (outcomes.some(({ problem }) => problem !== null)) throw new Error(JSON.stringify(outcomes))
    say({ committed: batch })
  }
  await admin.close()
  cluster.close()
}

/** Says where it is and stays there, inside a transaction, until it is killed. */
function stick(): void {
  say('in the middle')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
}

/** Gets stuck in the middle of a batch that is too large for SQLite to keep in memory. */
async function stickInTheMiddle(): Promise<void> {
  const cluster = LocalCluster.open(path)
  const value = Buffer.alloc(200_000, 'y')
  const messages = Array.from({ length: 60 }, (_, index) => ({
    partition: index % 3,
    key: null,
    get value() {
      if (index === 50) {
        stick()
      }
      return value
    },
  }))
  await cluster.append('t', messages)
}

/** Moves a group, and gets stuck around the request as `count` says: before or after it. */
async function stickAround(): Promise<void> {
  const admin = LocalGroupAdmin.open(path, {
    onRequest: ({ name: request, phase }) => {
      if (request === name && phase === count) stick()
    },
  })
  const partitions = [0, 1, 2].map((partition) => ({ topic: 't', partition }))
  const moved = { offset: 7n, metadata: 'moved', leaderEpoch: 7 }
  await admin.commitOffsets(
    'moved',
    partitions.map((place) => ({ ...place, ...moved })),
  )
  say('committed')
  await admin.deleteOffsets('moved', partitions)
  say('deleted')
  await admin.close()
}

/** Consumes as a member of the group that `name` says; a line per message, printed before its commit. */
async function consume(): Promise<void> {
  const source = LocalConsumerSource.open(path, { leaseMs: Number(count), pollMs: 5 })
  const signal = new AbortController().signal
  const session = await source.join(
    { group: name, topics: ['t'], startFrom: 'earliest' },
    {
      assigned: (partitions) => {
        for (const { topic, partition, position } of partitions) {
          void follow({ topic, partition }, position)
        }
      },
      revoked: async () => {},
      lost: () => {},
      problem: () => {},
      failed: () => process.exit(1),
    },
  )
  async function follow(place: TopicPartition, position: number): Promise<void> {
    for (let from = position; ; ) {
      const batch = await session.poll(place, { from, maxMessages: 3, signal })
      if (batch === null) return
      for (const offset of batch.offsets) say({ partition: place.partition, offset })
      from = batch.next
      const offset = { ...place, offset: BigInt(from), metadata: '', leaderEpoch: null }
      const [outcome] = await session.commit([offset])
      if (outcome!.problem !== null) return
    }
  }
}

/** Holds the write lock of a new file for a while, as a process does that is about to fill it. */
async function hold(): Promise<void> {
  const sql = new (loadSqlite().DatabaseSync)(path)
  sql.exec('BEGIN IMMEDIATE; CREATE TABLE passing (x)')
  say('holding')
  await setTimeout(1000)
  sql.exec('ROLLBACK')
  sql.close()
}

const tasks: Record<string, () => void | Promise<void>> = {
  append: appendAndCommit,
  stick: stickInTheMiddle,
  'stick-around': stickAround,
  consume,
  hold,
  create: async () => {
    const cluster = LocalCluster.openOrCreate(path)
    say((await cluster.describe()).clusterId)
    cluster.close()
  },
  'half-made': () => {
    openOrCreateDatabase(path, (sql) => {
      createTopic(sql, 'user_events', 4)
      stick()
    })
  },
  demo: () => ensureDemoCluster(path),
}
await tasks[task]?.()
