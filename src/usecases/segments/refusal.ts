import type { Violation } from '../../domain/offsets/plan.ts'
import { RefusedError } from '../../errors.ts'

/** More lines than anybody reads; a plan that is shown or saved has all of them. */
const LINES_MAX = 2000

/** What stands against a plan, as an error: every message a line, every remedy once. */
export function refusal(violations: readonly Violation[]): RefusedError {
  const remedies = [...new Set(violations.map(({ remedy }) => remedy))]
  const messages = violations.map(({ message }) => message)
  return new RefusedError(
    `segments.${violations[0]?.guard ?? 'refused'}`,
    shortened(messages).join('\n'),
    remedies,
  )
}

/** The last line sums up, where there is one that does. */
function shortened(messages: readonly string[]): readonly string[] {
  const left = messages.length - LINES_MAX
  if (left <= 0) return messages
  const more = `.. and ${left} more: --dry-run --json has them all`
  return [...messages.slice(0, LINES_MAX - 1), more, messages.at(-1)!]
}

/** @throws RefusedError when anything stands against it */
export function refuseIfAny(violations: readonly Violation[]): void {
  if (violations.length > 0) throw refusal(violations)
}
