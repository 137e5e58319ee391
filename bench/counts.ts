import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

/** How often each key was seen. */
export type Counts = ReadonlyMap<string, number>

/** Prints `count key` lines, the form that every peer answers in. */
export async function writeCounts(counts: Counts): Promise<void> {
  const lines = Array.from(counts, ([key, count]) => `${count} ${key}\n`).join('')
  if (!process.stdout.write(lines)) await once(process.stdout, 'drain')
}

/** Reads what a peer printed. @throws Error at a line of another form */
export async function readCounts(file: string): Promise<Counts> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
  return new Map(
    lines.map((line) => {
      const [, count, key] = /^\s*(\d+) (.*)$/.exec(line) ?? []
      if (count === undefined || key === undefined) throw new Error(`${file}: ${line}`)
      return [key, Number(count)]
    }),
  )
}

/** What of pstool's document can be held against the counts. */
export interface ProfileFigures {
  readonly messages: number
  readonly exact: boolean
  readonly keys: { readonly distinct: number }
  readonly topKeys: readonly { readonly key: unknown; readonly messages: number }[]
}

/** What differs between two answers; nothing when they agree. */
export function differences(expected: Counts, actual: Counts): string[] {
  const wrong = Array.from(expected).filter(([key, count]) => actual.get(key) !== count)
  const more = actual.size - expected.size
  return [
    ...wrong.slice(0, 3).map(([key, count]) => `${key}: ${actual.get(key)} instead of ${count}`),
    ...(more > 0 ? [`${more} keys too many`] : []),
  ]
}

/** The same for pstool's document, which names its top keys alone. */
export function differencesOfProfile(expected: Counts, profile: ProfileFigures): string[] {
  const messages = Array.from(expected.values()).reduce((sum, count) => sum + count, 0)
  const figures = [
    ['messages', messages, profile.messages],
    ['distinct', expected.size, profile.keys.distinct],
    ...profile.topKeys.map(
      ({ key, messages: count }) => [String(key), expected.get(String(key)), count] as const,
    ),
  ] as const
  const wrong = figures.filter(([, right, given]) => right !== given)
  const inexact = profile.exact ? [] : ['the profile is not exact']
  const found = wrong.map(([what, right, given]) => `${what}: ${given} instead of ${right}`)
  return [...inexact, ...found]
}
