import type { KeyCounts } from '../../domain/keys/key-profile.ts'
import { count, plural } from '../text/numbers.ts'

/** How many distinct keys there are, with the bounds of an estimate. */
export function distinctKeys(keys: Pick<KeyCounts, 'distinct' | 'distinctBounds'>): string {
  const { lower, upper } = keys.distinctBounds
  const text = plural(keys.distinct, 'distinct key')
  const certain = lower === keys.distinct && upper === keys.distinct
  return certain ? text : `about ${text} (99 %: ${count(lower)} to ${count(upper)})`
}
