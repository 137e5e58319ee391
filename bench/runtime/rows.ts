import { KEYS } from './keyed-topics.ts'

/** One case that everyone is measured in. */
export interface Row {
  readonly keys: keyof typeof KEYS
  readonly partitions: number
  readonly concurrency: number
  /** What the call of each message takes; 0: there is none. */
  readonly delayMs: number
}

const KINDS = ['uniform', 'zipf'] as const

/** Every case: I/O rows by keys, partitions, concurrency and delay, then those without I/O. */
export const ALL_ROWS: readonly Row[] = KINDS.flatMap((keys) =>
  [1, 6].flatMap((partitions) => [
    ...[5, 10, 100].flatMap((concurrency) =>
      [1, 5].map((delayMs) => ({ keys, partitions, concurrency, delayMs })),
    ),
    { keys, partitions, concurrency: 10, delayMs: 0 },
  ]),
)

/** The few that show whether something broke. */
const QUICK = /^(uniform|zipf)\/6p\/(10s|100s)\/(0|1)ms$/

/** `uniform/6p/10s/1ms` */
export function nameOf({ keys, partitions, concurrency, delayMs }: Row): string {
  return `${keys}/${partitions}p/${concurrency}s/${delayMs}ms`
}

/**
 * Rows that a filter names: parts of names joined by `/` must all be in the name, alternatives are
 * joined by commas. `zipf/1ms,0ms`: zipf rows with 1 ms, and all without I/O.
 */
export function chosenRows(filter: string, quick: boolean): Row[] {
  const alternatives = filter.split(',').map((one) => one.split('/').filter((part) => part !== ''))
  return ALL_ROWS.filter((row) => {
    const parts = nameOf(row).split('/')
    const named = alternatives.some((wanted) => wanted.every((part) => parts.includes(part)))
    return named && (!quick || QUICK.test(nameOf(row)))
  })
}

/** Messages per second that nothing can exceed. null: there is no such limit. */
export interface Limits {
  /** Every slot always waits for an answer. */
  readonly slots: number | null
  /** The messages of the commonest key follow each other without a gap. */
  readonly heaviestKey: number | null
}

export function limitsOf(row: Row, messages: number, heaviest: number): Limits {
  if (row.delayMs === 0) return { slots: null, heaviestKey: null }
  const perSecond = 1000 / row.delayMs
  return {
    slots: row.concurrency * perSecond,
    heaviestKey: (messages / heaviest) * perSecond,
  }
}

/** So fast the peers are about without I/O, a second's worth. */
const WITHOUT_IO = 400_000

/** As many messages as a consumer that does what is possible takes `seconds` for. */
export function messagesFor({ keys, concurrency, delayMs }: Row, seconds: number): number {
  if (delayMs === 0) return WITHOUT_IO * seconds
  const { distinct, exponent } = KEYS[keys]
  let weights = 0
  for (let rank = 1; rank <= distinct; rank++) weights += rank ** -exponent
  const parallel = Math.min(concurrency, weights)
  return Math.ceil((parallel * 1000 * seconds) / delayMs / 1000) * 1000
}
