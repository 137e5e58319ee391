import { randomUUID } from 'node:crypto'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { rotated } from '../measure.ts'
import { runConsumer } from './consumer-process.ts'
import type { IoServer } from './io-server.ts'
import type { Job, Outcome } from './job.ts'
import type { KeyedTopic } from './keyed-topics.ts'
import type { Peer } from './peers.ts'
import type { Result, Round } from './report.ts'
import type { Row } from './rows.ts'

/** Where consumers run, and how. */
export interface Arena {
  readonly broker: string
  readonly io: IoServer
  readonly groups: GroupAdmin
  readonly rounds: number
  /** A consumer is stopped after so long. */
  readonly seconds: number
  /** Whether order, counts and commits are looked at. */
  readonly check: boolean
}

/** Lets everyone consume the topic in turn, each round in another order; each in a group of its own. */
export async function compete(
  arena: Arena,
  row: Row,
  topic: KeyedTopic,
  peers: readonly Peer[],
): Promise<Result> {
  const results = peers.map((peer) => ({ peer, name: peer.name, rounds: [] as Round[] }))
  const problems: string[] = []
  for (let round = 0; round < arena.rounds; round++)
    for (const { peer, rounds } of rotated(results, round)) {
      if (process.stderr.isTTY) process.stderr.write(`\r${round + 1} ${peer.name.padEnd(40)}\r`)
      const job = jobOf(arena, row, topic, peer)
      try {
        const outcome = await runConsumer(peer, job)
        rounds.push({ outcome, served: row.delayMs === 0 ? null : await arena.io.served() })
        if (arena.check) problems.push(...(await problemsOf(arena.groups, peer, job, outcome)))
      } catch (error) {
        problems.push(String(error))
        // What its connection got, if it had one, is not the next one's.
        await arena.io.served()
      }
    }
  return { row, topic, peers: results.map(({ name, rounds }) => ({ name, rounds })), problems }
}

function jobOf(arena: Arena, row: Row, topic: KeyedTopic, peer: Peer): Job {
  return {
    broker: arena.broker,
    topic: topic.name,
    group: `bench-${randomUUID()}`,
    messages: topic.messages,
    seconds: arena.seconds,
    concurrency: row.concurrency,
    ioPort: arena.io.port,
    delayMicros: row.delayMs * 1000,
    pollRecords: 500,
    buffer: 0,
    virtualPartitions: 0,
    overlap: 0,
    check: arena.check ? 1 : 0,
    ...peer.job,
  }
}

async function problemsOf(
  groups: GroupAdmin,
  peer: Peer,
  job: Job,
  outcome: Outcome,
): Promise<string[]> {
  const found = (['disorder', 'overlaps', 'duplicates'] as const).flatMap((name) =>
    outcome[name] === 0 ? [] : [`${peer.name}: ${outcome[name]} x ${name}`],
  )
  if (!peer.commits || outcome.cut) return found
  const [group] = await groups.fetchOffsets([job.group], [job.topic])
  const committed = group!.offsets.reduce((sum, { offset }) => sum + Number(offset), 0)
  if (committed === job.messages) return found
  return [...found, `${peer.name}: committed ${committed} of ${job.messages}`]
}
