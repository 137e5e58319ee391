import { stripVTControlCharacters } from 'node:util'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { colours } from '../../../src/adapters/terminal/colours.ts'
import type { DocumentHeader } from '../../../src/domain/model/document.ts'
import { noPaint } from '../../../src/report/paint.ts'
import { render } from '../../../src/report/render.ts'
import {
  APART,
  aPartialResult,
  aPlan,
  aResult,
  aStatus,
  aTroubledPlan,
  type ClusterAsSeen,
  NEW_SEGMENTS,
} from '../../support/segment-documents.ts'

const asTable = (document: DocumentHeader<string>, width = 80) =>
  render(document, { format: 'table', width, paint: noPaint })
const asCsv = (document: DocumentHeader<string>) => {
  const text = render(document, { format: 'csv', width: 80, paint: noPaint })
  return parse(text, { columns: true }) as Record<string, string>[]
}
const distribution = aPlan({ operation: 'distribute', segments: { analytics: 4 } }, NEW_SEGMENTS)
const linesWith = (text: string, part: string) =>
  text.split('\n').filter((line) => line.includes(part))

/** An origin with a committed offset in so many partitions. */
function wide(partitions: number): ClusterAsSeen {
  const ids = Array.from({ length: partitions }, (_, id) => id)
  const committed = { analytics: Object.fromEntries(ids.map((id) => [`user_events#${id}`, id])) }
  return { committed, topics: { user_events: ids.map(() => [0, 2000] as const) } }
}

describe('a plan', () => {
  it('has a row for all segments that change alike', () => {
    expect(linesWith(asTable(distribution), 'user_events#1')).toEqual([
      '  user_events#1  none  1250  4 segments',
    ])
  })

  it('names the segments where they do not', () => {
    expect(linesWith(asTable(aTroubledPlan()), '500  ')).toEqual([
      '  user_events#2   900   500  origin',
      '  user_events#2  1000   500  segments 0-2',
      '  user_events#2  none   500  segment 3',
    ])
  })

  it('calls every segment retired where the origin is to read alone', () => {
    const asked = { operation: 'rescale', segments: { analytics: 4 }, to: 1 } as const
    expect(linesWith(asTable(aPlan(asked, APART)), 'user_events#1')).toEqual([
      '  user_events#1   900  1000  origin',
      '  user_events#1  1000  none  retired 0-3',
    ])
  })

  it('says what segments skip that a forced distribution moves forward', () => {
    const committed = {
      analytics: { 'user_events#0': 40 },
      'analytics-parallel-0': { 'user_events#0': 5 },
    }
    const asked = { operation: 'distribute', segments: { analytics: 2 }, force: true } as const
    const text = asTable(aPlan(asked, { committed }))
    expect(text).toContain(
      '! At most 35 messages are skipped by segments: the origin counts as having',
    )
    expect(linesWith(text, '5 to 40')).toEqual([
      '  user_events#0  analytics-parallel-0  5 to 40       35',
    ])
  })

  it('says how many changes it does not show', () => {
    const plan = aPlan({ operation: 'distribute', segments: { analytics: 3 } }, wide(200))
    const text = asTable(plan)
    expect(text).toContain('distribute analytics: 600 offsets of 3 groups')
    expect(text).toContain('.. 160 more changes (--format json)')
    expect(asCsv(plan)).toHaveLength(600)
  })

  it('has a table per origin', () => {
    const seen = { committed: { ...NEW_SEGMENTS.committed, billing: { 'user_events#0': 5 } } }
    const plan = aPlan({ operation: 'distribute', segments: { analytics: 4, billing: 2 } }, seen)
    const text = asTable(plan)
    expect(text).toContain('distribute analytics, billing: 14 offsets of 6 groups')
    expect(text).toContain('Offsets: billing\n  2 segments\n')
    expect(text).toContain('! billing: billing has committed nothing here')
    expect(text).toContain('user_events: 1-2')
  })

  it('names what stands against it and what to do at its end', () => {
    const lines = asTable(aPlan({ operation: 'collapse', segments: { analytics: 4 } }, APART))
      .trim()
      .split('\n')
    expect(lines[0]).toBe('collapse analytics: refused, 3 objections')
    expect(lines.slice(lines.indexOf('Refused'))).toEqual([
      'Refused',
      '  ! inconclusive-offsets: the segments do not stand at the same offset',
      '    Let the segments catch up, or take the lowest with --force and see its cost.',
      '    Inconclusive offsets for user_events#0: 1000, 1050, 1100',
      '    Inconclusive offsets for user_events#2: 1000, none',
      '    Parallel segments for analytics have inconclusive offsets',
      '',
      'Refused: nothing was written. --force overrules this.',
    ])
  })

  it('says how far --force goes', () => {
    const status = { analytics: { state: 'stable', members: 1 } } as const
    const asked = { operation: 'collapse', segments: { analytics: 4 } } as const
    expect(asTable(aPlan(asked, { ...APART, status }))).toContain(
      '--force overrules 3 of 4 objections.',
    )
    expect(asTable(aTroubledPlan())).toContain('--force does not overrule this.')
  })

  it('lets no cut hide a group that is in use', () => {
    const status = { 'analytics-parallel-59': { state: 'stable', members: 1 } } as const
    const asked = { operation: 'distribute', segments: { analytics: 60 } } as const
    const text = asTable(aPlan(asked, { ...NEW_SEGMENTS, status }))
    const [title, first] = text.slice(text.indexOf('  group ')).split('\n')
    expect([title, first]).toEqual([
      '  group                  role     state   members',
      '  analytics-parallel-59  segment  stable        1',
    ])
  })

  it('never shows an offset that is not there as 0', () => {
    const text = asTable(aPlan({ operation: 'distribute', segments: { analytics: 2 } }, wide(1)))
    expect(linesWith(text, 'user_events#0')).toEqual(['  user_events#0  none   0  2 segments'])
  })
})

describe('a result', () => {
  it('says when all of it is verified', () => {
    const text = asTable(aResult(distribution))
    expect(text).toMatch(/^distribute analytics: 12 offsets of 4 groups written and verified\n/)
    expect(text).toContain('    pstool segments restore journals/')
  })

  it('ends with the way on and the way back', () => {
    const text = asTable(aResult(distribution, { state: 'partial', journal: "a/it's here.json" }))
    expect(text.trim().split('\n').slice(-4, -1)).toEqual([
      "    pstool segments resume 'a/it'\\''s here.json'",
      "    pstool segments restore 'a/it'\\''s here.json'",
      '',
    ])
  })

  it('overruled nothing where there was nothing to do', () => {
    const { waived } = aTroubledPlan()
    const nothing = aResult({ ...distribution, steps: [], waived }, { state: 'nothing-to-do' })
    const text = asTable(nothing)
    expect(text).not.toContain('Overruled')
    expect(text).toContain('Nothing to do: every offset is where it should be.')
  })

  it('never breaks a command, however long its path: it is there to be copied', () => {
    const journal = `.pstool/journals/distribute-${'a-long-name-'.repeat(12)}.json`
    const text = asTable(aResult(distribution, { state: 'partial', journal }), 48)
    expect(linesWith(text, 'pstool segments')).toEqual([
      `    pstool segments resume ${journal}`,
      `    pstool segments restore ${journal}`,
    ])
  })

  it('says why, where an offset that was not to move has moved', () => {
    const place = { group: 'analytics', topic: 'user_events', partition: 1 }
    const moved = { ...place, expected: '1000', found: null, detail: 'offset' } as const
    const text = asTable(aResult(distribution, { state: 'partial', differences: [moved] }))
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'user_events#1 analytics 1000 none it was not to be moved: somebody else has',
    )
  })

  it('keeps outcome and reason in CSV', () => {
    const failed = asCsv(aPartialResult()).filter(({ outcome }) => outcome !== 'written')
    expect(failed.map(({ group, outcome, reason }) => [group, outcome, reason])).toEqual([
      ['analytics', 'not-written', 'the coordinator is loading'],
      ['analytics-parallel-2', 'elsewhere', ''],
      ['analytics-parallel-3', 'not-written', 'the group has members again: stop them first'],
    ])
  })
})

describe('a status', () => {
  it('has the segments side by side where there is room, else one below the other', () => {
    const status = aStatus({ analytics: 4 }, APART)
    expect(linesWith(asTable(status, 80), 'user_events#0  ')).toEqual([
      '  user_events#0     2000     900  1000  1000  1050  1100        100',
    ])
    expect(linesWith(asTable(status, 48), 'user_events#0  ')).toEqual([
      '  user_events#0        900  origin',
      '  user_events#0       1000  segments 0-1',
      '  user_events#0       1050  segment 2',
      '  user_events#0       1100  segment 3',
    ])
  })

  it('marks what differs with colour and without', () => {
    const status = aStatus({ analytics: 4 }, APART)
    const painted = render(status, { format: 'table', width: 80, paint: colours })
    expect(painted).toContain(colours.warn('1100'))
    expect(painted).toContain(colours.warn('none'))
    expect(painted).not.toContain(colours.warn('1000'))
    expect(stripVTControlCharacters(painted)).toBe(asTable(status))
  })

  it('shows partitions that are apart before it cuts', () => {
    const even = Object.fromEntries(Array.from({ length: 60 }, (_, id) => [`user_events#${id}`, 7]))
    const committed = { 'a-parallel-0': even, 'a-parallel-1': { ...even, 'user_events#59': 9 } }
    const topics = { user_events: Array.from({ length: 60 }, () => [0, 2000] as const) }
    const text = asTable(aStatus({ a: 2 }, { committed, topics }))
    expect(text).toMatch(/^a: 2 segments stand apart in 1 of 60 partitions\n/)
    expect(linesWith(text, '#59')[0]).toBe('  user_events#59     2000    none  7  9      2')
    expect(text).toContain('.. 20 more partitions')
  })

  it.each([
    [{ a: 1 }, { a: { 'user_events#0': 1 } }, 'a: no segments'],
    [{ a: 2 }, {}, 'a: 2 segments and nothing committed by anybody'],
    [{ a: 2 }, { a: { 'user_events#0': 1 } }, 'a: 2 segments to which nothing is distributed yet'],
    [
      { a: 2 },
      { 'a-parallel-0': { 'user_events#0': 0 }, 'a-parallel-1': { 'user_events#0': 0 } },
      'a: 2 segments at the same offsets',
    ],
    [
      { a: 2 },
      { 'a-parallel-2': { 'user_events#0': 1 } },
      'a: 2 segments and more than that in the cluster',
    ],
    [{ a: 2 }, { 'a-parallel-2': {} }, 'a: 2 segments and nothing committed by anybody'],
  ])('%j with %j: %s', (segments, committed, verdict) => {
    expect(asTable(aStatus(segments as Record<string, number>, { committed })).split('\n')[0]).toBe(
      verdict,
    )
  })

  it('leaves an offset that is not there empty in CSV', () => {
    const rows = asCsv(aStatus({ analytics: 4 }, APART))
    expect(rows).toHaveLength(15)
    expect(rows.at(-1)).toMatchObject({ group: 'analytics-parallel-3', committed: '', lag: '' })
  })
})
