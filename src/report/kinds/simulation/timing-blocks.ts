import type {
  FailureEffect,
  ProcessTiming,
  TimeLimit,
  Timing,
} from '../../../domain/simulation/timing/timing.ts'
import {
  type Block,
  type Cell,
  graphColumn,
  notice,
  numberColumn,
  paragraph,
  proseColumn,
  section,
  table,
} from '../../blocks.ts'
import { count, duration, factor, percent, plural } from '../../text/numbers.ts'

const PROCESSES_SHOWN = 16

const DEFINITION =
  'By the scheduler of the runtime under a virtual clock; fetches, commits and CPU cost nothing.'

/** What there is to do about each limit. */
const CURES: { readonly [what in TimeLimit['what']]: string } = {
  'heaviest key chain': 'Messages of one key run one after another: only a finer key shortens it.',
  'fullest partition': 'Without virtual partitions a partition runs one job at a time: --vps N.',
  'fullest virtual partition':
    'Several keys share it: more virtual partitions, or another reducer for them.',
  'fullest of each batch':
    'A batch waits for its fullest virtual partition: --overlap, or more --max-messages.',
  'total / concurrency': 'More workers lower it: --concurrency, or segments.',
}

/** How long draining takes, what limits it, and what failures cost. */
export function timingBlocks(timing: Timing | null, name: string): Block[] {
  if (timing === null || timing.messages === 0) return []
  const { limit, limits, failures } = timing
  return [
    section(`${name}Time to drain`, DEFINITION),
    paragraph(result(timing)),
    ...partly(timing),
    paragraph(
      `Not less than ${seconds(limit.seconds)} by any schedule: ${limit.what}. ${CURES[limit.what]}`,
    ),
    limitTable(limits, timing.seconds),
    ...(failures === null ? [] : [failureNotice(failures, timing)]),
    ...processTable(timing.perProcess),
  ]
}

/** `90 s` and the like of a time in seconds. */
export function seconds(value: number): string {
  return duration(value * 1000)
}

function result(timing: Timing): string {
  const { messages, ioMs, concurrency, processes, overlap, utilization } = timing
  const each = `${plural(concurrency, 'worker')}${processes > 1 ? ' each' : ''}`
  const who = processes > 1 ? `${plural(processes, 'process', 'processes')} of ${each}` : each
  const how = overlap ? ', batches overlap' : ''
  return (
    `${plural(messages, 'message')} of ${duration(ioMs)} each, ${who}${how}: ` +
    `${seconds(timing.seconds)}, ${factor(timing.messagesPerSecond)} messages/s, ` +
    `${percent(utilization)} of the slots' time used.`
  )
}

function partly({ perPartition }: Timing): Block[] {
  if (perPartition === null) return []
  const text = `Only the first ${plural(perPartition, 'message')} of each partition are timed: --max-memory holds no more.`
  return [
    notice('warn', text, 'The others are in every other figure; with more memory in these too.'),
  ]
}

function limitTable(limits: readonly TimeLimit[], taken: number): Block {
  const columns = [
    proseColumn('limit'),
    numberColumn('at least'),
    numberColumn('of the time'),
    graphColumn(''),
  ]
  const rows = limits.map(({ what, seconds: least }): Cell[] => {
    const share = taken === 0 ? 0 : least / taken
    return [what, seconds(least), percent(share), { bar: share }]
  })
  return table(columns, rows)
}

/** E1, E2, C1 */
function failureNotice(failures: FailureEffect, timing: Timing): Block {
  const { failed, retries, collapsedBatches, collapsedMessages } = failures
  const { failRate, seconds: taken } = timing
  const times = failures.secondsWithout === 0 ? 1 : taken / failures.secondsWithout
  return notice(
    failed === 0 ? 'plain' : 'warn',
    `With ${percent(failRate)} of attempts failing ${plural(failed, 'attempt')} did: ` +
      `${plural(retries, 'retry', 'retries')}, ${seconds(failures.backOffSeconds)} of back-off in all ` +
      `partitions, ${plural(collapsedBatches, 'collapsed batch', 'collapsed batches')} with ` +
      `${plural(collapsedMessages, 'attempt')}.`,
    `Without failures it takes ${seconds(failures.secondsWithout)}; they make it ${factor(times)} times that.`,
  )
}

function processTable(processes: readonly ProcessTiming[]): Block[] {
  if (processes.length === 0) return []
  const slowest = processes.reduce((most, process) => Math.max(most, process.seconds), 0)
  const has = {
    segment: processes.some(({ segment }) => segment !== null),
    member: processes.some(({ member }) => member !== null),
  }
  const columns = [
    ...(has.segment ? [numberColumn('segment')] : []),
    ...(has.member ? [numberColumn('member')] : []),
    numberColumn('messages', 1),
    numberColumn('time'),
    numberColumn('used', 2),
    proseColumn('limit'),
    graphColumn('', 3),
  ]
  const rows = processes.map((process): Cell[] => [
    ...(has.segment ? [count(process.segment ?? 0)] : []),
    ...(has.member ? [count(process.member ?? 0)] : []),
    count(process.messages),
    seconds(process.seconds),
    percent(process.utilization),
    process.limit.what,
    { bar: slowest === 0 ? 0 : process.seconds / slowest },
  ])
  return [table(columns, rows, 'processes', PROCESSES_SHOWN)]
}
