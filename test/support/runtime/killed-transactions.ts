import { setTimeout as sleep } from 'node:timers/promises'
import { BrokerProxy, type Fate } from '../kafka/proxy.ts'
import { ConsumingProcesses } from './consuming-processes.ts'
import type { ConsumingTask } from './consuming-task.ts'
import type { RuntimeTopics } from './runtime-topics.ts'

/** Where in a dead letter's transaction the process is killed: the broker has heard it or not. */
export interface KillPoint {
  readonly request: 'TxnOffsetCommit' | 'Produce' | 'EndTxn'
  readonly when: 'not' | 'just'
}

/** The offset was written and the letter was not; both were; the end was decided. */
export const KILL_POINTS: readonly KillPoint[] = [
  { request: 'TxnOffsetCommit', when: 'just' },
  { request: 'Produce', when: 'just' },
  { request: 'EndTxn', when: 'not' },
  { request: 'EndTxn', when: 'just' },
]

/** The second letter's: the first has shown that all is well. */
const NTH = 2
/** The coordinator gives a transaction up that was left behind after twice that. */
const TIMEOUT_MS = 3_000

/**
 * Consumes with transactional dead letters by a process that is killed in the middle of one, then by
 * another that goes on to the end. @returns what was done, by partition/offset
 */
export async function lettersWithKill(
  world: RuntimeTopics,
  { group, topic, dead, point }: { group: string; topic: string; dead: string; point: KillPoint },
): Promise<{ done: string[]; killed: boolean }> {
  await using proxy = await BrokerProxy.before(world.brokers)
  await using processes = new ConsumingProcesses()
  const done: string[] = []
  const listen = () => {
    for (const saying of processes.take()) {
      if (saying.what === 'end') done.push(`${saying.partition}/${saying.offset}`)
    }
  }
  const task = (name: string, brokers: string): Omit<ConsumingTask, 'log'> => ({
    ...{ name, brokers, group, topic, deadLetterTopic: dead },
    // It comes back as the same member, so that nobody waits for its session.
    instanceId: 'the-only-one',
    protocol: 'classic',
    handler: 'each-message',
    concurrency: 6,
    virtualPartitions: 3,
    maxMessages: 20,
    commitIntervalMs: 100,
    workMs: 1,
    sessionTimeoutMs: 30_000,
    timeoutMs: TIMEOUT_MS,
  })
  const dying = Promise.withResolvers<void>()
  let times = 0
  let isDying = false
  proxy.fateOf = ({ name }): Fate => {
    if (isDying) {
      // Whatever it asks after that it asks in vain.
      dying.resolve()
      return 'cut before'
    }
    if (name !== point.request || ++times !== NTH) return 'pass'
    isDying = true
    if (point.when === 'just') return 'cut after'
    dying.resolve()
    return 'cut before'
  }
  processes.start(task('first', proxy.brokers))
  await dying.promise
  await processes.end('first', 'SIGKILL')
  listen()
  processes.start(task('second', world.brokers))
  for (;;) {
    listen()
    const committed = await world.committed(group, topic, 2)
    if (committed.every((offset) => offset === 40)) break
    await sleep(50)
  }
  await processes.end('second', 'SIGTERM')
  return { done, killed: times >= NTH }
}
