import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonSyntaxError } from '../../src/cli/config/json-syntax.ts'

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('where a text stops being JSON', () => {
  it('is nowhere for JSON, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat({ max: 3 }), (value, indent) => {
        expect(jsonSyntaxError(JSON.stringify(value, null, indent))).toBeNull()
      }),
    )
  })

  it('agrees with JSON.parse on broken texts, and never lies behind the break', () => {
    const piece = fc.constantFrom(
      ...'{}[],:"\\ \n\t01.eE+-'.split(''),
      'true',
      'null',
      '"a"',
      '\\u00e9',
      '\x7f',
    )
    const edit = fc.tuple(fc.jsonValue(), fc.nat(), fc.nat({ max: 3 }), piece)
    fc.assert(
      fc.property(edit, ([value, at, removed, added]) => {
        const json = JSON.stringify(value)
        const start = at % (json.length + 1)
        const text = json.slice(0, start) + added + json.slice(start + removed)
        const error = jsonSyntaxError(text)
        expect(error === null).toBe(parses(text))
        if (error !== null) expect(error.offset).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 500 },
    )
  })
})
