import { describe, expect, it } from 'vitest'
import {
  lostInFile,
  type OffsetFormat,
  readOffsets,
  writeOffsets,
} from '../../../../../src/domain/offsets/interop/offset-file.ts'
import { InputError, UsageError } from '../../../../../src/errors.ts'

const commit = (group: string) => ({
  group,
  topic: 't',
  partition: 0,
  offset: 5n,
  leaderEpoch: null,
  metadata: '',
})

/** Names, and how Apache Kafka 4.3.1's tool writes them. */
const written: readonly (readonly [name: string, cell: string])[] = [
  ['plain.a_b-c:d;e', 'plain.a_b-c:d;e'],
  ['grün', 'grün'],
  ['a\\b', 'a\\b'],
  ['a b', '"a b"'],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ["a'b", '"a\'b"'],
  ['a+b', '"a+b"'],
  ['a#b', '"a#b"'],
  ['\t', '"\t"'],
  ['a'.repeat(24), 'a'.repeat(24)],
  ['a'.repeat(25), `"${'a'.repeat(25)}"`],
  [`🦔${'a'.repeat(22)}`, `🦔${'a'.repeat(22)}`],
  [`🦔${'a'.repeat(23)}`, `"🦔${'a'.repeat(23)}"`],
]

describe("the CSV of Kafka's own tool", () => {
  it.each(written)('writes %s as the tool does, and reads it', (group, cell) => {
    const text = writeOffsets('kafka', { groups: [group, 'other'], rows: [commit(group)] })
    expect(text).toBe(`${cell},t,0,5\n`)
    expect(readOffsets(text, 'kafka', [], 'f')).toMatchObject([{ group }])
  })

  it.each([
    ['t,0,5', 0, 5n],
    ['t, 0 , 5 ', 0, 5n],
    ['"t","1","6"', 1, 6n],
    ['t,2147483647,9223372036854775807', 2147483647, 9223372036854775807n],
  ])('reads %s as the tool does', (line, partition, offset) => {
    const row = { group: 'g', topic: 't', partition, offset }
    expect(readOffsets(line, 'kafka', ['g'], 'f')).toEqual([row])
  })

  it('names the group as soon as several are meant, though one alone has offsets', () => {
    expect(writeOffsets('kafka', { groups: ['a', 'b'], rows: [commit('a')] })).toBe('a,t,0,5\n')
    expect(writeOffsets('kafka', { groups: ['a'], rows: [commit('a')] })).toBe('t,0,5\n')
  })

  it('takes those of the groups that were named', () => {
    const text = 'a,t,0,1\nb,t,0,2\nc,t,0,3\n'
    expect(readOffsets(text, 'kafka', ['c', 'a'], 'f').map(({ offset }) => offset)).toEqual([
      1n,
      3n,
    ])
  })

  it('cannot hold a name of two lines', () => {
    const offsets = { groups: ['a\nb', 'c'], rows: [commit('a\nb')] }
    expect(() => writeOffsets('kafka', offsets)).toThrow(UsageError)
  })
})

/** Text, and what is said of it. */
const bad: readonly (readonly [format: OffsetFormat, text: string, message: string])[] = [
  ['kafka', 'topic,partition,offset\nt,0,1', 'f: line 1: "partition" is no partition'],
  ['kafka', 't,0,', 'f: line 1: "" is no offset'],
  ['kafka', 't,,5', 'f: line 1: "" is no partition'],
  ['kafka', 't,0', 'f: line 1: 3 or 4 columns are needed, it has 2'],
  ['kafka', 't,0,5\ng,t,0,5', 'f: line 2: the first line has 3 columns, it has 4'],
  ['kafka', 't,0,-1', 'f: line 1: "-1" is no offset'],
  ['kafka', 't,0,5.5', 'f: line 1: "5.5" is no offset'],
  ['kafka', 't,0,9223372036854775808', 'f: line 1: "9223372036854775808" is no offset'],
  ['kafka', 't,2147483648,5', 'f: line 1: "2147483648" is no partition'],
  ['kafka', 'a topic,0,5', 'f: line 1: "a topic" is no name of a topic'],
  ['kafka', ',t,0,5', 'f: line 1: the name of its group is empty'],
  ['kafka', '"t,0,5', 'f: line 1: its quotes do not match'],
  ['kafka', '"t"x,0,5', 'f: line 1: its quotes do not match'],
  ['kafka', 't,0,5\n\nt,0,6', 'f: line 3: t#0 has an offset in line 1 already'],
  ['rpk', 't 0', 'f: line 1: 3 fields are needed, it has 2'],
  ['rpk', 't 0 5\nt\t0  6', 'f: line 2: t#0 has an offset in line 1 already'],
  ['rpk', 't,0,5', 'f: line 1: 3 fields are needed, it has 1'],
]

describe('lines that are none', () => {
  it.each(bad)('%s: %j', (format, text, message) => {
    const read = () => readOffsets(text, format, ['g'], 'f')
    expect(read).toThrow(InputError)
    expect(read).toThrow(new RegExp(`^${message.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`))
  })

  it('are named together, the first ten', () => {
    const read = () => readOffsets('x\n'.repeat(12), 'rpk', ['g'], 'f')
    expect(read).toThrow(/^f: line 1: (.*\n)+f: line 10: .*\nand 2 more lines$/)
  })

  it('are missed where there is none', () => {
    expect(() => readOffsets('\n\n', 'kafka', ['g'], 'f')).toThrow('f holds no offsets')
  })
})

describe('whose offsets they are', () => {
  it.each([
    [[], 'none is named'],
    [['a', 'b'], '2 are named'],
  ])('has to be said of lines without a group: %j', (groups, message) => {
    expect(() => readOffsets('t 0 5', 'rpk', groups, 'f')).toThrow(message)
    expect(() => readOffsets('t,0,5', 'kafka', groups, 'f')).toThrow(message)
  })

  it('is told by lines with a group, and a group without a line is a mistake', () => {
    const read = () => readOffsets('analytics,t,0,5', 'kafka', ['analytisc'], 'f')
    expect(read).toThrow('f has no line for analytisc')
  })

  it('is one group in a file of rpk', () => {
    const offsets = { groups: ['a', 'b'], rows: [commit('a')] }
    expect(() => writeOffsets('rpk', offsets)).toThrow('rpk has one group in a file')
    expect(writeOffsets('rpk', { ...offsets, groups: ['a'] })).toBe('t 0 5\n')
  })
})

it('says what of offsets no file holds', () => {
  const rows = [
    { ...commit('a'), leaderEpoch: 0 },
    { ...commit('b'), metadata: 'm', leaderEpoch: 3 },
  ]
  expect(lostInFile(rows, 'kept')).toBe('not in the file: leader epochs (2) and metadata (1); kept')
  expect(lostInFile([commit('a')], 'kept')).toBeNull()
})
