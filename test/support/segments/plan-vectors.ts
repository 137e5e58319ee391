import { readFileSync } from 'node:fs'
import type { MigrationOperation } from '../../../src/domain/offsets/plan-migration.ts'

type Table = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, number | null>>>>>
>

/** A documented case: offsets before, and the writes or the words that are to come of the command. */
export interface PlanCase {
  readonly id: string
  readonly command: MigrationOperation
  readonly force: boolean
  readonly group: string
  readonly segments: readonly string[]
  readonly offsets: Table
  readonly expected: {
    readonly result: 'ok' | 'error'
    readonly writes?: Table
    readonly message?: string
    readonly inconclusive?: readonly {
      readonly topic: string
      readonly partition: number
      readonly offsets: readonly number[]
    }[]
    readonly any_of?: readonly { readonly message: string }[]
  }
}

const file = new URL('../../../fixtures/vectors/cli-plans.json', import.meta.url)

/** Every case of `fixtures/vectors/cli-plans.json`. */
export const PLAN_CASES = (
  JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly PlanCase[] }
).cases

/** What a refused run says, a line each. */
export function documentedLines({ expected }: PlanCase): readonly string[] {
  const inconclusive = (expected.inconclusive ?? []).map(
    ({ topic, partition, offsets }) =>
      `Inconclusive offsets for ${topic}#${partition}: ${offsets.join(', ')}`,
  )
  const any = (expected.any_of ?? []).map(({ message }) => message)
  return [...inconclusive, ...any, ...(expected.message === undefined ? [] : [expected.message])]
}
