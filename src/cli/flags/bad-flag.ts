import { UsageError } from '../../errors.ts'

/** A flag whose value cannot be read: what it takes, and how that is written. */
export function badFlag(flag: string, text: string, takes: string, example: string): UsageError {
  return new UsageError('flags.bad-value', `--${flag} takes ${takes}, not "${text}"`, [
    `For example: --${flag} ${example}`,
  ])
}
