import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Style that a machine can judge, so that nobody has to. The reasons are in CONTRIBUTING.md. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file))
const source = files.filter((file) =>
  /^(src|commands|bench|scripts|test|examples)\/.*\.ts$/.test(file),
)
const product = source.filter((file) => /^(src|commands)\//.test(file))
const lines = (file: string) => readFileSync(file, 'utf8').split('\n')

describe('tidy', () => {
  it('keeps files short: 300 lines, commands 80', () => {
    const limit = (file: string) => (file.startsWith('commands/') ? 80 : 300)
    const long = product.filter((file) => lines(file).length - 1 > limit(file))
    expect(long).toEqual([])
  })

  it('names files in kebab-case, and folders after what they are about', () => {
    const vague = /(^|\/)(utils?|helpers?|common|services?|managers?|misc|lib)(\/|\.ts$)/
    expect(product.filter((file) => vague.test(file))).toEqual([])
    expect(source.filter((file) => /[A-Z_]/.test(file.replace(/\.d\.ts$/, '')))).toEqual([])
  })

  it('leaves no mark of unfinished work', () => {
    const mark = new RegExp(['TODO', 'FIXME', 'XXX', 'not implemented'].join('|'), 'i')
    const self = 'test/tidy.test.ts'
    expect(
      source.filter((file) => file !== self && lines(file).some((line) => mark.test(line))),
    ).toEqual([])
  })

  it('skips and focuses no test', () => {
    const skipped = /\b(it|test|describe)\.(skip|only|todo|fails)\b/
    const tests = files.filter((file) => file.endsWith('.test.ts') && file !== 'test/tidy.test.ts')
    expect(tests.filter((file) => lines(file).some((line) => skipped.test(line)))).toEqual([])
  })

  it('names no path of a machine', () => {
    const path = /(["'`\s(])\/(home|Users|root|work)\/[a-z]/
    const prose = files.filter((file) => /\.(ts|js|mjs|md|json|yaml|yml)$/.test(file))
    const checked = prose.filter((file) => file !== 'package-lock.json')
    expect(checked.filter((file) => lines(file).some((line) => path.test(line)))).toEqual([])
  })

  it('says above every exported function and class what it is', () => {
    const exported = /^export (default )?(abstract )?(async )?(function|class)\b/
    const bare = product.flatMap((file) => {
      const text = lines(file)
      return text.flatMap((line, i) =>
        exported.test(line) && !/\*\/\s*$/.test(text[i - 1] ?? '') ? [`${file}:${i + 1}`] : [],
      )
    })
    expect(bare).toEqual([])
  })
})
