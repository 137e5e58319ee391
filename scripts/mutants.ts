import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Breaks the code one small edit at a time and runs the tests that must notice: `npm run mutants`,
 * with names of lists (`virtual`) for some of `test/mutants/*.json` only. A file is put back before
 * the next edit. Exit code 1 where an edit is not noticed.
 */
interface MutantList {
  /** What vitest is given: files or folders. */
  readonly tests: readonly string[]
  readonly mutants: readonly Mutant[]
}

interface Mutant {
  readonly file: string
  /** Occurs once in the file. */
  readonly find: string
  readonly replace: string
  /** What the edit breaks. */
  readonly rule: string
}

const FOLDER = 'test/mutants'
const asked = process.argv.slice(2)
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -5))
  .filter((name) => asked.length === 0 || asked.includes(name))

let survivors = 0
for (const name of names) {
  const list: MutantList = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))
  if (!passes(list.tests)) throw new Error(`the tests of ${name} fail without any mutant`)
  for (const mutant of list.mutants) {
    const isCaught = isNoticed(mutant, list.tests)
    if (!isCaught) survivors++
    console.log(`${isCaught ? 'caught  ' : 'SURVIVES'} ${mutant.rule}: ${mutant.find.trim()}`)
  }
}
console.log(survivors === 0 ? 'every mutant was caught' : `${survivors} mutants survive`)
process.exitCode = survivors === 0 ? 0 : 1

function isNoticed({ file, find, replace }: Mutant, tests: readonly string[]): boolean {
  const text = readFileSync(file, 'utf8')
  if (text.split(find).length !== 2) throw new Error(`${file} does not have this once: ${find}`)
  const restore = () => writeFileSync(file, text)
  const stop = () => {
    restore()
    process.exit(130)
  }
  process.on('SIGINT', stop)
  try {
    writeFileSync(
      file,
      text.replace(find, () => replace),
    )
    return !passes(tests)
  } finally {
    restore()
    process.off('SIGINT', stop)
  }
}

function passes(tests: readonly string[]): boolean {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const run = ['run', '--project', 'unit', '--project', 'property', '--bail', '1', ...tests]
  return spawnSync(process.execPath, [vitest, ...run], { stdio: 'ignore' }).status === 0
}
