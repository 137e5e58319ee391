import type { NewMessage } from '../../../domain/model/cluster.ts'
import { UsageError } from '../../../errors.ts'

/**
 * Bytes are bytes and times are whole: anything else would be written as something else, or fail
 * the messages that go with it. @throws UsageError
 */
export function checkMessage({ key, value, headers = [], timestamp }: NewMessage): void {
  const bytes: [string, unknown][] = [
    ['key', key],
    ['value', value],
    ...headers.map((header): [string, unknown] => [`header "${header.name}"`, header.value]),
  ]
  for (const [what, given] of bytes) {
    if (given === null || given instanceof Uint8Array) continue
    throw new UsageError(
      'produce.not-bytes',
      `the ${what} of a message is ${typeof given} instead of bytes`,
      ['Give a Uint8Array, as Buffer.from(text) is one, or null.'],
    )
  }
  if (timestamp === undefined || timestamp === null || Number.isSafeInteger(timestamp)) return
  throw new UsageError(
    'produce.invalid-timestamp',
    `the timestamp of a message is ${timestamp} instead of whole milliseconds`,
    ['Give milliseconds since the epoch, as Date.now() does, or leave it out.'],
  )
}
