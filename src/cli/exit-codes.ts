import type { PstoolError } from '../errors.ts'

/** The one table of exit codes; the README's is generated from it. */
export const EXIT_CODES = [
  { code: 0, meaning: 'done, or nothing to do', changed: 'as planned' },
  { code: 1, meaning: 'the answer is no: a check failed, a budget was exceeded', changed: 'no' },
  {
    code: 2,
    meaning: 'wrong use: flags, config, strategy module, unreadable input',
    changed: 'no',
  },
  { code: 3, meaning: 'refused: a guard, a stale plan, declined', changed: 'no' },
  {
    code: 4,
    meaning: 'broker: unreachable, authentication, authorization, timeout',
    changed: 'no',
  },
  {
    code: 5,
    meaning: 'stopped midway: the journal names what goes on or back',
    changed: 'journalled',
  },
  { code: 70, meaning: 'bug: a broken invariant, with what to report', changed: 'unknown' },
  { code: 130, meaning: 'interrupted (Ctrl-C)', changed: 'journalled' },
  { code: 143, meaning: 'terminated', changed: 'journalled' },
] as const

const BY_CATEGORY: Record<PstoolError['category'], number> = {
  usage: 2,
  refused: 3,
  broker: 4,
  midway: 5,
  bug: 70,
}

/** The exit code of an error of pstool's own. */
export function exitCodeOf(error: PstoolError): number {
  return BY_CATEGORY[error.category]
}
