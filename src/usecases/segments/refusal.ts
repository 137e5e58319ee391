import type { Violation } from '../../domain/offsets/plan.ts'
import { RefusedError } from '../../errors.ts'

/** What stands against a plan, as an error: every message a line, every remedy once. */
export function refusal(violations: readonly Violation[]): RefusedError {
  const remedies = [...new Set(violations.map(({ remedy }) => remedy))]
  const messages = violations.map(({ message }) => message)
  return new RefusedError(
    `segments.${violations[0]?.guard ?? 'refused'}`,
    messages.join('\n'),
    remedies,
  )
}

/** @throws RefusedError when anything stands against it */
export function refuseIfAny(violations: readonly Violation[]): void {
  if (violations.length > 0) throw refusal(violations)
}
