import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULE_IDS } from './support/rule-ids.ts'

/** What `it`, `test` and `describe` are given first, also behind `.each(..)`. */
const NAME =
  /(?:\b(?:it|test|describe)(?:\.concurrent)?|\))\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1\s*,/g

/** The names of the tests in a file, and of what they are grouped by. */
function namesIn(text: string): string[] {
  return Array.from(text.matchAll(NAME), ([, , name]) => name!)
}

const files = execFileSync('git', [
  'ls-files',
  '--cached',
  '--others',
  '--exclude-standard',
  'test',
])
  .toString()
  .split('\n')
  .filter((file) => /\.(test|contract)\.ts$/.test(file) && existsSync(file))
const names = files
  .filter((file) => file !== 'test/rules.test.ts')
  .flatMap((file) => namesIn(readFileSync(file, 'utf8')))
const cited = new Set(names.flatMap((name) => name.match(/\b[A-Z]\d+\b/g) ?? []))

describe('rules', () => {
  it('are each shown by a test that names them', () => {
    expect(RULE_IDS.filter((id) => !cited.has(id))).toEqual([])
  })

  it('have a row each in docs/semantics.md', () => {
    const rows = readFileSync('docs/semantics.md', 'utf8').match(/^\| \*\*[A-Z]\d+\*\*/gm) ?? []
    const described = rows.map((row) => row.replaceAll(/[|* ]/g, ''))
    expect(described.filter((id, at) => described.indexOf(id) < at)).toEqual([])
    expect(RULE_IDS.filter((id) => !described.includes(id))).toEqual([])
  })

  it('count as named where a name has the id as a word', () => {
    const text = [
      "it('V1, O2: both', () => {})",
      'it.each([1, (2)])(\n  `C3 of %i`, () => {})',
      "describe('P4', () => {",
      "expect('D5', 1)",
      "it('a V66 that is not V6x', () => {})",
    ].join('\n')
    const found = namesIn(text).flatMap((name) => name.match(/\b[A-Z]\d+\b/g) ?? [])
    expect(found).toEqual(['V1', 'O2', 'C3', 'P4', 'V66'])
  })
})

describe('mutants', () => {
  const folder = 'test/mutants'
  const lists = readdirSync(folder).map((name) => `${folder}/${name}`)

  it('name places that are there, once', () => {
    const stale = lists.flatMap((list) => {
      const { mutants } = JSON.parse(readFileSync(list, 'utf8')) as {
        readonly mutants: readonly { readonly file: string; readonly find: string }[]
      }
      return mutants.filter(({ file, find }) => readFileSync(file, 'utf8').split(find).length !== 2)
    })
    expect(stale).toEqual([])
  })
})
