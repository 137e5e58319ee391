import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type OffsetFormat,
  readOffsets,
  writeOffsets,
} from '../../src/domain/offsets/interop/offset-file.ts'
import type { GroupCommit } from '../../src/domain/offsets/interop/rows.ts'
import { PstoolError } from '../../src/errors.ts'

const LETTERS = [...'abcXYZ019._-']
const topic = fc
  .string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 40 })
  .filter((name) => name !== '.' && name !== '..')
const odd = fc.constantFrom(',', '"', "'", ' ', '\t', '\\', '#', '日', '🦔', 'a', '-', '1')
const group = fc.string({ unit: odd, minLength: 1, maxLength: 40 })
const place = fc.record({
  topic,
  partition: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  leaderEpoch: fc.constant(null),
  metadata: fc.constant(''),
})
const rowsOf = (groups: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.tuple(groups, place), {
    minLength: 1,
    selector: ([name, { topic, partition }]) => JSON.stringify([name, topic, partition]),
  })

const commits = (rows: readonly (readonly [string, Omit<GroupCommit, 'group'>])[]): GroupCommit[] =>
  rows.map(([name, one]) => ({ group: name, ...one }))
const bare = (rows: readonly GroupCommit[]) =>
  rows.map(({ group, topic, partition, offset }) => ({ group, topic, partition, offset }))

describe('offsets that are written and read again are the same', () => {
  it('of several groups, whatever their names', () => {
    fc.assert(
      fc.property(rowsOf(group), (drawn) => {
        const rows = commits(drawn)
        const groups = [...new Set([...rows.map((row) => row.group), 'one', 'more'])]
        const text = writeOffsets('kafka', { groups, rows })
        expect(readOffsets(text, 'kafka', [], 'f')).toEqual(bare(rows))
      }),
    )
  })

  it.each<OffsetFormat>(['kafka', 'rpk'])('of one group: %s', (format) => {
    fc.assert(
      fc.property(group, rowsOf(fc.constant('')), (name, drawn) => {
        const rows = commits(drawn).map((row) => ({ ...row, group: name }))
        const text = writeOffsets(format, { groups: [name], rows })
        expect(readOffsets(text, format, [name], 'f')).toEqual(bare(rows))
      }),
    )
  })

  it('with the line ends, the mark and the empty lines of Windows', () => {
    fc.assert(
      fc.property(rowsOf(fc.constant('g')), (drawn) => {
        const rows = commits(drawn)
        const text = writeOffsets('kafka', { groups: ['g', 'h'], rows })
        const changed = `\uFEFF${text.replaceAll('\n', '\r\n\r\n')}`
        expect(readOffsets(changed, 'kafka', [], 'f')).toEqual(bare(rows))
      }),
    )
  })
})

it('any text is read, or refused with what to do', () => {
  const piece = fc.constantFrom('t', '0', '5', ',', '"', '\n', ' ', '-1', '.', '9'.repeat(20))
  fc.assert(
    fc.property(fc.array(piece), fc.constantFrom<OffsetFormat>('kafka', 'rpk'), (parts, format) => {
      try {
        expect(readOffsets(parts.join(''), format, ['g'], 'f').length).toBeGreaterThan(0)
      } catch (error) {
        expect(error).toBeInstanceOf(PstoolError)
        expect((error as PstoolError).suggestions).not.toEqual([])
      }
    }),
  )
})
