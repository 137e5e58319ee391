import { stripVTControlCharacters } from 'node:util'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { colours } from '../../../src/adapters/terminal/colours.ts'
import { noPaint, type Paint } from '../../../src/report/paint.ts'
import { render } from '../../../src/report/render.ts'
import { displayWidth } from '../../../src/report/text/display-width.ts'
import { aKeyProfile, aSimulation, aTopKey, someRoutes } from '../../support/documents.ts'

const plain = { width: 80, paint: noPaint } as const
const paint: Paint = colours
const withKeys = (...keys: string[]) =>
  aKeyProfile({ topKeys: keys.map((key) => aTopKey(key, 10)) })

describe('the terminal', () => {
  it('has no escape at all without paint, and the same text with it', () => {
    for (const document of [aKeyProfile(), aSimulation(), someRoutes()]) {
      const text = render(document, { ...plain, format: 'table' })
      const painted = render(document, { ...plain, format: 'table', paint })
      expect(text).not.toContain('\u001b')
      expect(painted).toContain('\u001b[1m')
      expect(stripVTControlCharacters(painted)).toBe(text)
    }
  })

  it('paints what is idle and what is avoidable', () => {
    const painted = render(aKeyProfile(), { ...plain, format: 'table', paint })
    expect(painted).toContain(colours.bad('1.50'))
    expect(painted).toContain(colours.good('1.00'))
    expect(painted).toContain(colours.warn('3 idle slots: 0, 2, 4'))
  })

  it('says what S2 says about its own keys', () => {
    const text = render(aKeyProfile(), { ...plain, format: 'table' })
    expect(text).toContain('"14" -> 49+52 = 101 -> 101 mod 5 = 1')
    expect(text).toContain('murmur2 explains 100.0 % of the 1,000 keyed messages')
  })

  it('speaks of one key as of one, and says when there was none to route', () => {
    const one = { ...aKeyProfile().keys, distinct: 1 }
    const table = { ...plain, format: 'table' } as const
    expect(render(aKeyProfile({ keys: one }), table)).toMatch(/^ {2}1 key loads like /m)
    const noRoutes = { ...someRoutes(), routes: [] }
    expect(render(noRoutes, table)).toContain('There was no key to route.')
  })

  it('shows ten keys and counts the others', () => {
    const keys = Array.from({ length: 22 }, (_, index) => `k${index}`)
    const text = render(withKeys(...keys), { ...plain, format: 'table' })
    expect(text).toContain('"k9"')
    expect(text).not.toContain('"k10"')
    expect(text).toContain('.. 12 more keys (--format json)')
  })

  it('counts skipped records in words that fit the number', () => {
    const { read } = aKeyProfile()
    const skipped = (badRecords: number) =>
      render(aKeyProfile({ read: { ...read, badRecords } }), { ...plain, format: 'table' })
    expect(skipped(1)).toContain('1 record could not be read and was skipped.')
    expect(skipped(2)).toContain('2 records could not be read and were skipped.')
  })

  it('names the flag that selects partitions where nothing was selected', () => {
    const text = render(aKeyProfile({ messages: 0 }), { ...plain, format: 'table' })
    expect(text.replaceAll(/\s+/g, ' ')).toContain('--last, --only-partitions) leaves nothing')
  })

  it('shows the last row rather than a line that says one more', () => {
    const keys = Array.from({ length: 11 }, (_, index) => `k${index}`)
    expect(render(withKeys(...keys), { ...plain, format: 'table' })).toContain('"k10"')
  })

  it('tells the collisions of three lanes and counts those of the others', () => {
    const [colliding] = aKeyProfile().lanes
    const lanes = ['a', 'b', 'c', 'd', 'e'].map((reducer) => ({ ...colliding!, reducer }))
    const text = render(aKeyProfile({ lanes }), { ...plain, format: 'table' })
    expect(text.match(/2 top keys share segment 3 of 5/g)).toHaveLength(3)
    expect(text).toContain('.. 4 more shared slots by other reducers and counts')
  })

  it('keeps columns straight beside wide characters', () => {
    const lines = render(withKeys('日本', 'abcd', '👍👍'), { ...plain, format: 'table' }).split(
      '\n',
    )
    const ends = lines
      .filter((line) => line.includes('1.0 %'))
      .map((line) => displayWidth(line.slice(0, line.indexOf('1.0 %'))))
    expect(ends).toEqual([ends[0], ends[0], ends[0]])
  })

  it('takes no width as the widest, and any narrower one as 40', () => {
    const lines = (width: number) =>
      render(aKeyProfile(), { width, paint: noPaint, format: 'table' }).split('\n')
    expect(Math.max(...lines(1).map(displayWidth))).toBeLessThanOrEqual(40)
    expect(lines(Number.NaN)).toEqual(lines(120))
  })
})

describe('CSV', () => {
  const csv = (...keys: string[]) => render(withKeys(...keys), { ...plain, format: 'csv' })
  const keysOf = (text: string) =>
    (parse(text, { columns: true }) as { key: string }[]).map(({ key }) => key)

  it('is read back by a parser that we did not write', () => {
    const keys = ['plain', 'with, comma', 'with "quotes"', '', ' spaces ', 'é日本']
    expect(keysOf(csv(...keys))).toEqual(keys)
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', "'quoted", '＝1'])(
    'keeps %s from being a formula',
    (key) => {
      expect(keysOf(csv(key))).toEqual([`'${key}`])
    },
  )

  it('writes out control characters so that it can be undone', () => {
    expect(keysOf(csv('\t=1', 'a\nb', 'a\\nb'))).toEqual(['\\t=1', 'a\\nb', 'a\\\\nb'])
  })

  it('ends every line as RFC 4180 says', () => {
    const text = csv('a', 'b')
    expect(text.split('\r\n').length).toBe(4)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  it('tells no key, an empty key and bytes apart', () => {
    const topKeys = [null, '', { base64: 'AP8=' }].map((key) => aTopKey(key, 10))
    const rows = parse(render(aKeyProfile({ topKeys }), { ...plain, format: 'csv' })) as string[][]
    expect(rows.slice(1).map(([encoding, key]) => [encoding, key])).toEqual([
      ['none', ''],
      ['text', ''],
      ['base64', 'AP8='],
    ])
  })
})

describe('Markdown', () => {
  const rowOf = (key: string) =>
    render(withKeys(key), { ...plain, format: 'markdown' })
      .split('\n')
      .find((line) => line.includes('| 10 |'))

  it.each([
    ['a|b', '| `"a\\|b"` | 10 | 1.0 % |'],
    ['a`b', '| ``"a`b"`` | 10 | 1.0 % |'],
    ['<b>&amp;', '| `"<b>&amp;"` | 10 | 1.0 % |'],
    // Inside code a backslash before a pipe would end the cell: such a key is escaped instead.
    ['a\\|b', '| "a\\\\\\\\\\|b" | 10 | 1.0 % |'],
  ])('keeps %s in its cell', (key, row) => {
    expect(rowOf(key)).toBe(row)
  })

  it('takes no markup from a message', () => {
    const message = '<img src=x> **bold** [link](http://x) `code` a|b'
    const finding = { code: 'a.b', severity: 'warning', message, advice: '' } as const
    const text = render(aKeyProfile({ findings: [finding] }), { ...plain, format: 'markdown' })
    expect(text).toContain(
      '- **Warning:** \\<img src=x\\> \\*\\*bold\\*\\* \\[link\\](http://x) \\`code\\` a\\|b',
    )
  })
})

describe('JSON', () => {
  it('is the document, pretty, without a character that a terminal obeys', () => {
    const document = withKeys('\u009b2J\u202e\u2028')
    const text = render(document, { ...plain, format: 'json' })
    expect(text).toContain('"\\u009b2J\\u202e\\u2028"')
    expect(JSON.parse(text)).toEqual(document)
    expect(text.startsWith('{\n  "version": 1,')).toBe(true)
  })
})
