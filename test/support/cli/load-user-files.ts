/**
 * Loads users' files as the product does, in a Node of its own: inside a test, `import()` is the
 * test runner's. Takes a JSON list of {config} or {reference} on stdin, answers with one,
 * and with what `pstool` means when all is done.
 */
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { userModules } from '../../../src/adapters/system/module-loader.ts'
import { loadConfig } from '../../../src/cli/config/load-config.ts'
import { loadFunction } from '../../../src/cli/config/module-function.ts'
import { PstoolError } from '../../../src/errors.ts'

interface Request {
  readonly cwd: string
  readonly config?: string
  readonly reference?: string
}

const library = new URL('../../../src/cli/config/config.ts', import.meta.url)
const modules = userModules(pathToFileURL(library.pathname))

async function answer({ cwd, config, reference }: Request): Promise<unknown> {
  try {
    if (reference !== undefined) {
      const found = await loadFunction<(n: number) => unknown>(modules, reference, cwd)
      return { gave: found(7) }
    }
    return await loadConfig({ cwd, env: {}, modules, explicitPath: config })
  } catch (error) {
    if (!(error instanceof PstoolError)) throw error
    return { code: error.code, message: error.message, suggestions: error.suggestions }
  }
}

const answers: unknown[] = []
for (const request of JSON.parse(await text(process.stdin)) as Request[]) {
  answers.push(await answer(request))
}
const afterwards = import.meta.resolve('pstool')
process.stdout.write(JSON.stringify({ answers, afterwards }))
