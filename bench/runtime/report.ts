import { median } from '../measure.ts'
import { table } from '../table.ts'
import { type Figures, goalsOf } from './goals.ts'
import type { Served } from './io-server.ts'
import type { Outcome } from './job.ts'
import type { KeyedTopic } from './keyed-topics.ts'
import { PSTOOL, PSTOOL_OVERLAP } from './peers.ts'
import { limitsOf, nameOf, type Row } from './rows.ts'

/** One run of one consumer; null where the I/O server was not called. */
export interface Round {
  readonly outcome: Outcome
  readonly served: Served | null
}

/** What a row gave. */
export interface Result {
  readonly row: Row
  readonly topic: KeyedTopic
  readonly peers: readonly { readonly name: string; readonly rounds: readonly Round[] }[]
  /** What went wrong: somebody failed, or counts and order are not as they must be. */
  readonly problems: readonly string[]
}

/** A peer's middle figures. */
export function figuresOf(rounds: readonly Round[]): Figures {
  const outcomes = rounds.map(({ outcome }) => outcome)
  return {
    perSecond: median(outcomes.map(({ messages, seconds }) => messages / seconds)),
    cpuMicros: median(outcomes.map(({ messages, cpuSeconds }) => (cpuSeconds * 1e6) / messages)),
  }
}

/** A row as text: limits, everyone's figures, goals, problems. */
export function report({ row, topic, peers, problems }: Result): string {
  const limits = limitsOf(row, topic.messages, topic.heaviest)
  const bound = Math.min(limits.slots ?? Infinity, limits.heaviestKey ?? Infinity)
  const ran = peers.filter(({ rounds }) => rounds.length > 0)
  const figures = new Map(ran.map(({ name, rounds }) => [name, figuresOf(rounds)]))
  const ratio = (own: string, perSecond: number) => {
    const mine = figures.get(own)
    return mine === undefined ? '-' : (mine.perSecond / perSecond).toFixed(2)
  }
  const lines = ran.map(({ name, rounds }) => {
    const { perSecond, cpuMicros } = figures.get(name)!
    const served = rounds.flatMap((round) => round.served ?? [])
    return [
      rounds.some(({ outcome }) => outcome.cut) ? `${name} (cut)` : name,
      Math.round(perSecond).toString(),
      bound === Infinity ? '-' : `${((100 * perSecond) / bound).toFixed(0)} %`,
      ratio(PSTOOL, perSecond),
      ratio(PSTOOL_OVERLAP, perSecond),
      cpuMicros.toFixed(1),
      served.length === 0 ? '-' : (median(served.map((one) => one.medianUs)) / 1000).toFixed(2),
      served.length === 0 ? '-' : (median(served.map((one) => one.p99Us)) / 1000).toFixed(2),
    ]
  })
  const head = ['', 'msg/s', 'of limit', 'pstool/', 'overlap/', 'CPU us', 'I/O ms', 'p99']
  const goals = goalsOf(row, limits, figures).map(
    ({ text, reached, promised, met }) =>
      `  ${met ? 'met   ' : 'MISSED'} ${text}: ${reached.toFixed(2)} (${promised})\n`,
  )
  const limit = (name: string, value: number | null) =>
    value === null ? '' : `, ${name} ${Math.round(value)}/s`
  return `
${nameOf(row)}: ${topic.messages} messages, ${topic.heaviest} of the heaviest key\
${limit('slots / D', limits.slots)}${limit('messages / heaviest key / D', limits.heaviestKey)}
${table([head, ...lines])}${goals.join('')}${problems.map((text) => `  PROBLEM ${text}\n`).join('')}`
}
