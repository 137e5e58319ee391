import { resolve } from 'node:path'
import { nearNames } from '../../domain/routing/near-names.ts'
import { UsageError } from '../../errors.ts'
import type { UserModules } from '../../ports/user-modules.ts'

const PREFIX = 'module:'

/** True for `module:FILE#EXPORT`, as opposed to the name of something built in. */
export function isModuleReference(text: string): boolean {
  return text.startsWith(PREFIX)
}

/**
 * `module:FILE#EXPORT` in parts: the path made absolute, and `default` where no export is named.
 * @throws UsageError without a file
 */
export function parseModuleReference(reference: string, folder: string) {
  const [, file = '', exported = ''] =
    /^([^#]*)(?:#(.*))?$/s.exec(reference.slice(PREFIX.length)) ?? []
  if (file === '') {
    throw new UsageError('module.no-file', `"${reference}" names no file`, [
      'Write module:FILE#EXPORT, such as module:./strategy.ts#byTenant.',
    ])
  }
  return { path: resolve(folder, file), exported: exported === '' ? 'default' : exported }
}

/**
 * The function that `module:FILE#EXPORT` names: a partitioner or a reducer of the user's. That it is
 * a function is all that can be checked; what it gives is checked at every call (R4).
 * @param folder what FILE is relative to
 * @throws UsageError when the file cannot be loaded, or has no such function: its exports are named
 */
export async function loadFunction<F extends (...given: never[]) => unknown>(
  modules: UserModules,
  reference: string,
  folder: string,
): Promise<F> {
  const { path, exported } = parseModuleReference(reference, folder)
  const exports = await modules.load(path)
  const found = exports[exported]
  if (typeof found === 'function') return found as F
  const functions = Object.keys(exports).filter((name) => typeof exports[name] === 'function')
  const problem =
    exported in exports
      ? `the export ${exported} of ${path} is no function`
      : exported === 'default'
        ? `${path} has no default export`
        : `${path} has no export ${exported}`
  const near = nearNames(exported, functions)
  throw new UsageError('module.no-function', problem, [
    ...(near.length > 0 ? [`Did you mean #${near.join(' or #')}?`] : []),
    functions.length > 0
      ? `Functions it exports: ${functions.join(', ')}.`
      : 'It exports no function.',
  ])
}
