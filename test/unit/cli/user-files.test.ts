import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, loadInNode } from '../../support/cli/load-user-files-in-node.ts'
import { folderWith } from '../../support/cli/temp-folder.ts'

const FILES = {
  'typed/pstool.config.ts': `
    import { defineConfig, type PstoolConfig } from 'pstool'
    const reducer = (key: string | Uint8Array, count: number): number => key.length % count
    export default defineConfig({ strategies: { own: { reducer } }, budgets: { skew: 2 } })`,
  'plain/pstool.config.mjs': `export default { sources: { demo: 'local:demo.db/t' } }`,
  'module/pstool.config.js': `export default { budgets: { skew: 3 } }`,
  'commonjs/pstool.config.js': `module.exports = Promise.resolve({ budgets: { skew: 4 } })`,
  'syntax/pstool.config.ts': 'export default {\n  sources: {\n    a: [1\n  }\n}\n',
  'syntax/pstool.config.js': 'export default {\n  sources: {\n    a: [1\n  }\n}\n',
  'secret/pstool.config.ts': "const a = { b: 1,\n  password 'hunter2' }\n",
  'secret-text/pstool.config.ts': "const a = { b: 'x' hunter2 }\n",
  'secret/pstool.config.mjs': "const a = { b: 'x' hunter2 }\n",
  'enum/pstool.config.ts': 'const a: number = 1\nenum E { b }\nexport default {}\n',
  'throws/pstool.config.ts': 'function fail() {\n  throw new RangeError("boom")\n}\nfail()\n',
  'throws-text/pstool.config.mjs': 'throw "nothing but text"\n',
  'imports/pstool.config.ts': 'import "./nested.ts"\nexport default {}\n',
  'imports/nested.ts': '\n\nconst = 1\n',
  'missing/pstool.config.ts': 'import x from "no-such-package"\nexport default x\n',
  'wrong-name/pstool.config.ts': 'import { defineConfg } from "pstool"\nexport default {}\n',
  'function/pstool.config.ts': 'export default () => ({})\n',
  'rejects/pstool.config.ts': 'export default Promise.reject(new Error("no vault"))\n',
  'bare/pstool.config.ts': 'export const config = {}\n',
  'invalid/pstool.config.ts': 'export default { strategys: {} }\n',
  'strategy.ts': `
    export const double = (n: number): number => n * 2
    export const tenant = 'acme'
    export default function triple(n: number) { return n * 3 }`,
  'only-named.mjs': 'export function byTenant() { return 1 }\n',
  'no-functions.mjs': 'export const a = 1\n',
}
const CONFIGS = Object.keys(FILES).filter((name) => name.includes('pstool.config'))
const REFERENCES = [
  'module:./strategy.ts#double',
  'module:strategy.ts',
  'module:strategy.ts#duble',
  'module:strategy.ts#tenant',
  'module:only-named.mjs',
  'module:no-functions.mjs#a',
  'module:not-there.ts#a',
  'module:#a',
]

describe('files that users write', () => {
  const folder = folderWith(FILES)
  const given = new Map<string, Answer>()
  let stderr = ''
  let pstoolAfterwards = ''
  beforeAll(() => {
    const requests = [
      ...CONFIGS.map((config) => ({ cwd: folder.path, config })),
      ...REFERENCES.map((reference) => ({ cwd: folder.path, reference })),
    ]
    const { answers, afterwards, stderr: written } = loadInNode(requests)
    for (const [i, name] of [...CONFIGS, ...REFERENCES].entries()) given.set(name, answers[i]!)
    stderr = written
    pstoolAfterwards = afterwards
  })
  afterAll(() => folder[Symbol.dispose]())
  const at = (name: string) => given.get(name)!
  const path = (name: string) => join(folder.path, name)

  it('loads TypeScript that imports pstool where none is installed', () => {
    expect(at('typed/pstool.config.ts').config).toEqual({
      strategies: { own: {} },
      budgets: { skew: 2 },
    })
  })

  it('loads JavaScript: ES modules without a package.json, and a promise from CommonJS', () => {
    expect(at('plain/pstool.config.mjs').config).toEqual({
      sources: { demo: 'local:plain/demo.db/t' },
    })
    expect(at('module/pstool.config.js').config).toEqual({ budgets: { skew: 3 } })
    expect(at('commonjs/pstool.config.js').config).toEqual({ budgets: { skew: 4 } })
  })

  it('gives the name pstool back when a file is loaded', () => {
    expect(pstoolAfterwards).toMatch(/\/dist\/src\/index\.js$/)
  })

  it('lets no warning of Node reach the terminal', () => {
    expect(stderr).toBe('')
  })

  it.each([
    ['syntax/pstool.config.ts', 'module.syntax', 'syntax/pstool.config.ts:4: '],
    ['syntax/pstool.config.js', 'module.syntax', 'syntax/pstool.config.js:4: '],
    ['enum/pstool.config.ts', 'module.syntax', 'enum/pstool.config.ts:2: '],
    [
      'throws/pstool.config.ts',
      'module.threw',
      'throws/pstool.config.ts:2: threw RangeError: boom',
    ],
    ['throws-text/pstool.config.mjs', 'module.threw', 'throws-text/pstool.config.mjs: threw'],
    ['imports/pstool.config.ts', 'module.syntax', 'imports/nested.ts:3: '],
    ['missing/pstool.config.ts', 'module.import', 'missing/pstool.config.ts: Cannot find package'],
    [
      'wrong-name/pstool.config.ts',
      'module.syntax',
      'wrong-name/pstool.config.ts:1: The requested',
    ],
  ])('%s fails with %s at file and line', (name, code, start) => {
    expect(at(name).code).toBe(code)
    expect(at(name).message?.slice(0, path(start).length)).toBe(path(start))
  })

  it.each(['secret/pstool.config.ts', 'secret-text/pstool.config.ts', 'secret/pstool.config.mjs'])(
    '%s: says where, but not what stands there',
    (name) => {
      expect(at(name).code).toBe('module.syntax')
      expect(at(name).message).toMatch(/:[12]: \w/)
      expect(JSON.stringify(at(name))).not.toContain('hunter2')
    },
  )

  it.each([
    ['function/pstool.config.ts', 'config.is-function'],
    ['rejects/pstool.config.ts', 'config.rejected'],
    ['bare/pstool.config.ts', 'config.no-default-export'],
    ['invalid/pstool.config.ts', 'config.invalid'],
  ])('%s is refused as %s, by name', (name, code) => {
    expect(at(name).code).toBe(code)
    expect(at(name).message).toContain(name)
    expect(at(name).suggestions).not.toEqual([])
  })

  it('gives the function that module:FILE#EXPORT names, or the default export', () => {
    expect(at('module:./strategy.ts#double').gave).toBe(14)
    expect(at('module:strategy.ts').gave).toBe(21)
  })

  it.each([
    ['module:strategy.ts#duble', 'has no export duble', 'Did you mean #double?'],
    ['module:strategy.ts#tenant', 'the export tenant of', 'Functions it exports: default, double.'],
    ['module:only-named.mjs', 'has no default export', 'Functions it exports: byTenant.'],
    ['module:no-functions.mjs#a', 'is no function', 'It exports no function.'],
  ])('%s: %s; %s', (reference, message, suggestion) => {
    expect(at(reference).code).toBe('module.no-function')
    expect(at(reference).message).toContain(message)
    expect(at(reference).suggestions).toContain(suggestion)
  })

  it('says so when a reference has no file, or one that is not there', () => {
    expect(at('module:not-there.ts#a').message).toBe(`there is no file ${path('not-there.ts')}`)
    expect(at('module:#a').code).toBe('module.no-file')
  })
})
