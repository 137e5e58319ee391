import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nearNames } from '../../domain/routing/near-names.ts'
import { UsageError } from '../../errors.ts'

export const CONFIG_NAMES: readonly string[] = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].map(
  (ending) => `pstool.config.${ending}`,
)

/**
 * The configuration of a folder: in it, or in the nearest one above that has one; null where none has.
 * @throws UsageError when one folder has several
 */
export function findConfig(folder: string): string | null {
  const files = filesIn(folder)
  const [first, ...others] = CONFIG_NAMES.filter((name) => files.has(name))
  if (first !== undefined) {
    if (others.length === 0) return join(folder, first)
    throw new UsageError(
      'config.several',
      `${folder} has several configurations: ${[first, ...others].join(', ')}`,
      ['Keep one of them, or name the one that is meant with --config.'],
    )
  }
  const above = dirname(folder)
  return above === folder ? null : findConfig(above)
}

/** Near names among a folder's files, for a configuration that was named and is not there. */
export function nearFiles(path: string): readonly string[] {
  const folder = dirname(path)
  return nearNames(path.slice(folder.length + 1), [...filesIn(folder)])
}

/** A folder that may not be read, or is gone, has no configuration. */
function filesIn(folder: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder))
  } catch {
    return new Set()
  }
}
