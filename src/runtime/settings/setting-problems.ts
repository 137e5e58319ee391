import { UsageError } from '../../errors.ts'

/** Longer texts of the user's are cut in messages. */
const MOST_CHARACTERS = 60

/** Collects everything that is wrong with settings, so that one run shows it all. */
export class SettingProblems {
  private readonly lines = new Set<string>()

  /** What stands at the path is not what it must be; `allowed` goes on after "give". */
  refuse(path: string, given: unknown, allowed: string): void {
    const is = given === undefined ? 'is missing' : `is ${givenText(given)}`
    this.tell(path, `${is}; give ${allowed}`)
  }

  /** Any other trouble with what stands at the path; the sentence goes on after it. */
  tell(path: string, sentence: string): void {
    this.lines.add(`${path} ${sentence}`)
  }

  /** @throws UsageError `runtime.bad-settings` with a line for each problem, where there is one */
  throwIfAny(): void {
    const lines = [...this.lines]
    if (lines.length === 0) return
    const message =
      lines.length === 1
        ? lines[0]!
        : `${lines.length} settings cannot be used:\n${lines.map((line) => `  ${line}`).join('\n')}`
    throw new UsageError('runtime.bad-settings', message, [
      `Correct ${lines.length === 1 ? 'it' : 'them'}; nothing was started.`,
    ])
  }
}

/** A value as messages show it: plain values themselves, all others by their kind. */
export function givenText(value: unknown): string {
  if (typeof value === 'string') {
    const cut = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value
    return JSON.stringify(cut)
  }
  if (typeof value === 'bigint') return `${value}n`
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value)
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return value instanceof RegExp ? String(value) : `${articled(typeof value)}`
}

function articled(word: string): string {
  return `${/^[ao]/.test(word) ? 'an' : 'a'} ${word}`
}
