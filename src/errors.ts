/**
 * Every error that pstool raises on purpose. Each says what went wrong in `message` and what to do
 * in `suggestions`; `code` is stable and `src/cli/exit-codes.ts` turns its class into an exit code.
 */
export abstract class PstoolError extends Error {
  abstract readonly category: 'usage' | 'refused' | 'broker' | 'midway' | 'bug'
  readonly code: string
  readonly suggestions: readonly string[]

  constructor(code: string, message: string, suggestions: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.suggestions = suggestions
  }
}

/** Wrong use: flags, config, a strategy module, consent missing. Nothing was changed. */
export class UsageError extends PstoolError {
  readonly category = 'usage'
}

/** Input that cannot be read: names file and line. Nothing was changed. */
export class InputError extends PstoolError {
  readonly category = 'usage'
}

/** The broker: unreachable, authentication, authorization, unknown topic, timeout. */
export class BrokerError extends PstoolError {
  readonly category = 'broker'
}

/** A guard, a stale plan, or the user said no. Nothing was changed. */
export class RefusedError extends PstoolError {
  readonly category = 'refused'
}

/** Some of it was written, or may have been: the journal goes on or back. */
export class MidwayError extends PstoolError {
  readonly category = 'midway'
}

/** Cannot happen, yet did: a broken invariant, with what to report. */
export class BugError extends PstoolError {
  readonly category = 'bug'
}

/** A key that a partitioner or reducer cannot place: it threw, or gave no slot in 0..n-1 (R4). */
export class RoutingError extends PstoolError {
  readonly category = 'usage'
}
