import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GUARDS, WAIVABLE } from '../../../src/domain/offsets/plan.ts'
import { APART, aPlan, aTroubledPlan } from '../../support/segment-documents.ts'

const page = readFileSync('docs/semantics.md', 'utf8')
const guards = new Map(
  page
    .slice(page.indexOf('### Guards'), page.indexOf('### Plan, journal, result'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | '))
    .map(([name, message, , overruledBy]) => [
      name!.replaceAll(/[|` ]/g, ''),
      { message: message!, overruledBy: overruledBy!.replaceAll(/ ?\||`/g, '').trim() },
    ]),
)

describe('docs/semantics.md', () => {
  it('names tests that are there', () => {
    const files = globSync('test/**/*.ts').map((file) => file.replaceAll('\\', '/'))
    const isThere = (name: string) =>
      files.some((file) => file.startsWith(`test/${name}`) || file.includes(`/${name}.`))
    const rows = page.match(/^\| \*\*[A-Z]\d+\*\* .*$/gm) ?? []
    const named = rows.flatMap((row) => {
      const heldBy = row.split(' | ').at(-1)!
      return Array.from(heldBy.matchAll(/`([^`]+)`/g), ([, name]) => name!)
    })
    expect(named.length).toBeGreaterThan(rows.length)
    expect(named.filter((name) => !isThere(name))).toEqual([])
  })

  it('has every guard, in the order of the code', () => {
    expect([...guards.keys()]).toEqual(Object.keys(GUARDS))
  })

  it('says which guards --force overrules', () => {
    const overruled = [...guards].filter(([, { overruledBy }]) => overruledBy === '--force')
    expect(overruled.map(([name]) => name)).toEqual([...WAIVABLE])
    expect(guards.get('out-of-range')?.overruledBy).toBe('--on-range clamp')
  })

  it('shows the messages that guards have', () => {
    const distribution = aPlan({ operation: 'distribute', segments: { analytics: 4 } }, APART)
    const { violations, waived } = aTroubledPlan()
    const said = [...distribution.violations, ...violations, ...waived]
    for (const guard of ['group-alive', 'existing-offsets', 'inconclusive-offsets'] as const) {
      const messages = said.filter((one) => one.guard === guard).map(({ message }) => message)
      expect(messages).toContain(guards.get(guard)?.message)
    }
  })
})
