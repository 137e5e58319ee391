import { type GuardName, type Violation, WAIVABLE } from '../plan.ts'

/** A violation of a guard; whether `--force` overrules it is the guard's (M10). */
export function violation(guard: GuardName, message: string, remedy: string): Violation {
  return { guard, message, remedy, waivable: WAIVABLE.has(guard) }
}
