import { describe, expect, it } from 'vitest'
import { barOf, sparkOf } from '../../../src/report/text/bars.ts'
import { displayWidth } from '../../../src/report/text/display-width.ts'
import { elideEnd, elideMiddle } from '../../../src/report/text/elide.ts'
import { keyLabel } from '../../../src/report/text/key-label.ts'
import { numberRanges } from '../../../src/report/text/number-ranges.ts'
import { bytes, count, duration, factor, percent } from '../../../src/report/text/numbers.ts'
import { asciiText, safeText } from '../../../src/report/text/safe-text.ts'
import { wrapCommand, wrapText } from '../../../src/report/text/wrap-text.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['日本', 4],
    ['ｆｕ', 4],
    ['한국', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['👨‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['1️⃣', 2],
    ['█▏…', 3],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})

describe('safeText', () => {
  it.each([
    ['\u001b[31m', '\\x1b[31m'],
    ['\u009b2J', '\\x9b2J'],
    ['a\r\n\tb', 'a\\r\\n\\tb'],
    ['\u202eevil', '\\u202eevil'],
    ['a\u200bb', 'a\\u200bb'],
    ['a\u00a0b', 'a\\xa0b'],
    ['a\u034fb\u3164', 'a\\u034fb\\u3164'],
    ['\ud800', '\\ud800'],
    ['\u{e0041}', '\\u{e0041}'],
    ['👨‍👩‍👧 日本 é', '👨‍👩‍👧 日本 é'],
  ])('writes %j as %j', (text, safe) => {
    expect(safeText(text)).toBe(safe)
    expect(safeText(safe)).toBe(safe)
  })

  it('leaves a joiner outside of an emoji no place to hide', () => {
    expect(safeText('a\u200db')).toBe('a\\u200db')
  })

  it('is ASCII alone on request', () => {
    expect(asciiText('±1 … é 👍')).toBe('+/-1 .. \\xe9 \\u{1f44d}')
  })
})

describe('keyLabel', () => {
  it.each([
    ['14', '"14"'],
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\n', '"\\n"'],
    ['\\n', '"\\\\n"'],
    [null, '(no key)'],
    [{ base64: 'AP8=' }, '0x00ff'],
    ['0x00ff', '"0x00ff"'],
  ])('of %j is %s', (key, label) => {
    expect(keyLabel(key)).toBe(label)
  })

  it('keeps both ends of a very long key, and whole characters', () => {
    const label = keyLabel(`start${'👍'.repeat(100_000)}end`)
    expect(label).toMatch(/^"start👍+…👍+end"$/u)
    expect(label.length).toBeLessThan(410)
  })
})

describe('numbers', () => {
  it.each([
    [count(1234567), '1,234,567'],
    [count(999), '999'],
    [factor(1), '1.00'],
    [factor(0.21449), '0.214'],
    [factor(12.345), '12.3'],
    [factor(999.7), '1,000'],
    [factor(18211.4), '18,211'],
    [factor(0), '0'],
    [factor(Number.NaN), 'n/a'],
    [percent(0.1234), '12.3 %'],
    [percent(1), '100.0 %'],
    [percent(0.99999), '>99.9 %'],
    [percent(0.00001), '<0.1 %'],
    [percent(0), '0.0 %'],
    [bytes(512), '512 B'],
    [bytes(1536), '1.50 KiB'],
    [bytes(1023 * 1024), '0.999 MiB'],
    [bytes(5 * 2 ** 30), '5.00 GiB'],
    [duration(60_000), '1 min'],
    [duration(90_000), '1.5 min'],
    [duration(250), '250 ms'],
  ])('are written as %s', (written, expected) => {
    expect(written).toBe(expected)
  })

  it('are joined to ranges', () => {
    expect(numberRanges([0, 2, 3, 4, 9])).toBe('0, 2-4, 9')
    const odd = Array.from({ length: 20 }, (_, index) => index * 2 + 1)
    expect(numberRanges(odd)).toMatch(/^1, 3, .*, 23, \.\. 8 more$/)
  })
})

describe('elide', () => {
  it('cuts in the middle or at the end, to the column', () => {
    expect(elideMiddle('"user-0000001"', 9)).toBe('"use…001"')
    expect(elideEnd('imbalance', 5)).toBe('imba…')
    expect(elideEnd('fits', 4)).toBe('fits')
  })

  it('never cuts a character in two', () => {
    expect(elideMiddle('日本語日本語', 6)).toBe('日…語')
    expect(elideEnd('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 4)).toBe('👨‍👩‍👧…')
  })

  it('gives what is left of the mark where there is no room for more', () => {
    expect(elideMiddle('long', 1, '..')).toBe('.')
    expect(elideEnd('long', 0)).toBe('')
  })
})

describe('wrapCommand', () => {
  it('keeps words whole that are quoted or longer than the line', () => {
    expect(wrapCommand('run it /a/long/path x', 6)).toEqual(['run it', '/a/long/path', 'x'])
    const quoted = String.raw`'a b'\''c  d'`
    expect(wrapCommand(`run ${quoted} e`, 8)).toEqual(['run', quoted, 'e'])
    expect(wrapCommand('/a/long/path x', 6)).toEqual(['/a/long/path', 'x'])
  })
})

describe('wrapText', () => {
  it('breaks at spaces, and long words where it must', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three'])
    expect(wrapText('a abcdefghij b', 4)).toEqual(['a', 'abcd', 'efgh', 'ij b'])
    expect(wrapText('', 4)).toEqual([''])
  })

  it('keeps double spaces inside a line: they may belong to a key', () => {
    expect(wrapText('"a  b"', 10)).toEqual(['"a  b"'])
  })
})

describe('bars', () => {
  it('are as long as the share, in eighths', () => {
    expect(barOf(1, 4, true)).toBe('████')
    expect(barOf(0.53, 4, true)).toBe('██▏')
    expect(barOf(0.5, 4, false)).toBe('##')
  })

  it('show a sliver of anything and nothing of nothing', () => {
    expect(barOf(0.0001, 4, true)).toBe('▏')
    expect(barOf(0.0001, 4, false)).toBe('#')
    expect(barOf(0, 4, true)).toBe('')
    expect(barOf(Number.NaN, 4, true)).toBe('')
  })

  it('become one character per load', () => {
    expect(sparkOf([0, 1, 4, 8], true)).toBe('.▁▄█')
    expect(sparkOf([0, 1, 9], false)).toBe('.19')
    expect(sparkOf([0, 0], true)).toBe('..')
  })
})
