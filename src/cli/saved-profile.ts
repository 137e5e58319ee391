import { parseDocument } from '../documents/parse-document.ts'
import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import type { ProfileState } from '../domain/keys/profile.ts'
import type { Partitioner } from '../domain/routing/types.ts'
import { BugError, InputError } from '../errors.ts'
import { readText } from './compose.ts'
import { jsonOf } from './json-text.ts'

export interface SavedProfile {
  readonly document: KeyProfileDocument
  readonly state: ProfileState
}

/** Reads what `analyze-keys --out` wrote. @throws InputError for anything else */
async function savedProfile(path: string): Promise<SavedProfile> {
  const value = jsonOf(await readText(path), path)
  const { state, ...document } = parseDocument('key-profile', value, path)
  if (state === undefined) {
    throw new InputError('input.no-state', `${path} cannot be merged: it has no counts in it`, [
      'Write it with pstool analyze-keys --out FILE; what --json prints is the result alone.',
    ])
  }
  return { document, state }
}

/** Reads several. @throws InputError for one that is named twice */
export async function savedProfiles(paths: readonly string[]): Promise<SavedProfile[]> {
  const twice = paths.find((path, at) => paths.indexOf(path) !== at)
  if (twice !== undefined) {
    throw new InputError('input.counted-twice', `${twice} is named twice`, ['Name it once.'])
  }
  return Promise.all(paths.map(savedProfile))
}

/** The partitioner of a saved profile: it has given its keys, and is known by its name. */
export function savedPartitioner({ partitioner }: ProfileState): Partitioner {
  return {
    ...partitioner,
    keyOf: () => {
      throw new BugError('bug.saved-partitioner', 'a saved profile asked for the key of a message')
    },
  }
}
