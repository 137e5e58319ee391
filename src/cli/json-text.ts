import { InputError } from '../errors.ts'

/** What a JSON file holds. @throws InputError for text that is no JSON, naming the file */
export function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InputError('input.not-json', `${path} is no JSON: ${reason}`, [
      'It may have been cut short; write it again.',
    ])
  }
}
