import { existsSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../../errors.ts'
import type { UserModules } from '../../ports/user-modules.ts'
import { moduleFailure } from './module-failure.ts'

/** The library as it runs now: sources under test, else what this package exports. */
const LIBRARY = import.meta.url.endsWith('.ts')
  ? new URL('../../index.ts', import.meta.url)
  : new URL(import.meta.resolve('pstool'))

/**
 * Loads users' files by Node's own import, which strips types. `from 'pstool'` in them means the
 * pstool that is running, whether or not their folder has one.
 * @param library the module that `pstool` stands for
 */
export function userModules(library: URL = LIBRARY): UserModules {
  return {
    async load(path) {
      if (!existsSync(path) || statSync(path).isDirectory()) {
        throw new UsageError('module.not-found', `there is no file ${path}`, [
          'A path is relative to the working directory, or to the configuration that has it.',
        ])
      }
      const url = pathToFileURL(path).href
      const hooks = hookImports(url, library)
      const warnings = muteWarnings()
      const stuck = nothingLeftToWaitFor()
      try {
        return await Promise.race([import(/* @vite-ignore */ url), stuck.never])
      } catch (cause) {
        throw cause === STUCK ? unsettled(path) : moduleFailure(path, hooks.loaded, cause)
      } finally {
        stuck.forget()
        warnings.unmute()
        hooks.remove()
      }
    },
  }
}

const STUCK = Symbol('stuck')

/** Rejects when the process would end: nothing is left that could let a top-level `await` go on. */
function nothingLeftToWaitFor() {
  const { promise: never, reject } = Promise.withResolvers<never>()
  const tell = () => reject(STUCK)
  process.once('beforeExit', tell)
  return { never, forget: () => void process.off('beforeExit', tell) }
}

function unsettled(path: string): UsageError {
  return new UsageError(
    'module.unsettled',
    `${path}: waits at its top level for what never comes`,
    ['The file is run to be read: correct the await outside of its functions.'],
  )
}

/** A `.ts` file is an ES module, whatever the nearest package.json says about `.js` files. */
function hookImports(main: string, library: URL) {
  const loaded: string[] = []
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'pstool') return { url: library.href, shortCircuit: true }
      const resolved = next(specifier, context)
      const stripped = resolved.url === main && main.endsWith('.ts')
      return stripped ? { ...resolved, format: 'module-typescript' } : resolved
    },
    load(url, context, next) {
      if (url.startsWith('file:')) loaded.push(url)
      return next(url, context)
    },
  })
  return { loaded, remove: () => hooks.deregister() }
}

/** What Node says about files without a module type, and about its own parser, helps nobody here. */
function muteWarnings() {
  const original = process.emitWarning
  const expected = /^Module type of .* is not specified|^stripTypeScriptTypes is an experimental/
  const quieter = (warning: string | Error, ...rest: unknown[]) => {
    if (!expected.test(String(warning))) Reflect.apply(original, process, [warning, ...rest])
  }
  process.emitWarning = quieter
  return {
    unmute() {
      process.emitWarning = original
    },
  }
}
