import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const module = new URL('../../../../src/adapters/local/sqlite.ts', import.meta.url)

/** What a process prints to stderr that runs the script. */
function stderrOf(script: string): string {
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  )
  expect(status).toBe(0)
  return stderr
}

it('loads SQLite without a warning of Node', () => {
  const load = `import { loadSqlite } from ${JSON.stringify(module.href)}
    new (loadSqlite().DatabaseSync)(':memory:').close()`
  expect(stderrOf(load)).toBe('')
})

it('hides the warning that some Node versions print then, and no other', () => {
  const stderr = stderrOf(`import { loadSqlite } from ${JSON.stringify(module.href)}
    const load = process.getBuiltinModule
    process.getBuiltinModule = (name) => {
      process.emitWarning('SQLite is an experimental feature', 'ExperimentalWarning')
      process.emitWarning('another thing', 'ExperimentalWarning')
      return load.call(process, name)
    }
    loadSqlite()
    process.emitWarning('SQLite is mentioned later')`)
  expect(stderr).not.toContain('SQLite is an experimental feature')
  expect(stderr).toContain('ExperimentalWarning: another thing')
  expect(stderr).toContain('SQLite is mentioned later')
})
