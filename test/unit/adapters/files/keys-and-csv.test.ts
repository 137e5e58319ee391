import { describe, expect, it } from 'vitest'
import { UNKNOWN } from '../../../../src/domain/model/message-batch.ts'
import { errorOf, folderOfTests, keysOf, messagesOf, rowsOf, sourceOf, stdinOf } from './reading.ts'

const file = folderOfTests()

describe('plain keys', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\nb\n', ['a', 'b']],
    ['\n', ['']],
    ['\n\na\n\n', ['', '', 'a', '']],
    ['a\r\nb\r\n\r\nc', ['a', 'b', '', 'c']],
    ['a\nb\r\n', ['a', 'b\r']],
    ['a\r\nb\n', ['a', 'b']],
    ['{user}:1\n"x"\n12\n', ['{user}:1', '"x"', '12']],
    ['\ufeffa\n', ['a']],
  ])('%j', async (content, keys) => {
    expect(await keysOf(content)).toEqual(keys)
  })

  it('are bytes when told so, whatever they hold', async () => {
    const bytes = Uint8Array.of(0, 255, 10, 0xfe, 1, 10)
    expect(await keysOf(bytes, { format: 'keys' })).toEqual([
      { base64: 'AP8=' },
      { base64: '/gE=' },
    ])
  })

  it('fill many batches in order', async () => {
    const keys = Array.from({ length: 9000 }, (_, i) => `key-${i}`)
    const path = file('many.txt', keys.join('\n'))
    const rows = await rowsOf(sourceOf(path))
    expect(rows.map(({ key }) => key)).toEqual(keys)
    expect(rows.every(({ valueLength }) => valueLength === UNKNOWN)).toBe(true)
  })

  it('are messages without anything else', async () => {
    expect(await messagesOf(sourceOf(file('users.txt', 'a\n')))).toEqual([
      {
        topic: 'users',
        partition: -1,
        offset: null,
        key: Uint8Array.of(97),
        value: null,
        headers: [],
        timestamp: null,
      },
    ])
  })

  it('cannot be selected by what they do not have', async () => {
    const source = sourceOf(file('plain.txt', 'a\n'))
    const error = await errorOf(source, { partitions: [0] })
    expect(error.code).toBe('input.nothing-to-select-by')
  })
})

describe('CSV', () => {
  it('reads columns by name, quotes, line breaks in cells, and CR LF', async () => {
    const content =
      'partition,"key",offset,timestamp,value,header.trace,country\r\n' +
      '3,"a ""quoted"", key",7,2023-11-14T22:13:20Z,"two\nlines",t1,DE\r\n' +
      ',plain,,,,,FR\r\n' +
      '0,"",8,1700000000000,"","",\r\n' +
      '0,,9,,x,,\r\n'
    const path = file('orders.csv', content)
    const time = 1_700_000_000_000
    expect(await rowsOf(sourceOf(path))).toEqual([
      { key: 'a "quoted", key', valueLength: 9, partition: 3, offset: 7, timestamp: time },
      { key: 'plain', valueLength: -1, partition: -1, offset: Number.NaN, timestamp: Number.NaN },
      { key: '', valueLength: 0, partition: 0, offset: 8, timestamp: time },
      { key: null, valueLength: 1, partition: 0, offset: 9, timestamp: Number.NaN },
    ])
    const messages = await messagesOf(sourceOf(path))
    expect(
      messages.map(({ headers }) => headers.map(({ name, value }) => [name, `${value}`])),
    ).toEqual([[['trace', '116,49']], [], [['trace', '']], []])
    expect(Buffer.from(messages[0]!.value!).toString()).toBe('two\nlines')
  })

  it('takes base64 columns and several topics', async () => {
    const content = 'keyBase64,topic\n/w==,a\n"YQ==","b"\nYg==,b'
    const messages = await messagesOf(sourceOf('-', stdinOf(content)))
    expect(messages.map(({ key, topic }) => [...key!, topic])).toEqual([
      [255, 'a'],
      [97, 'b'],
      [98, 'b'],
    ])
  })

  it('has an empty cell in an empty line of one column, and none elsewhere', async () => {
    expect(await keysOf('key\na\n\n""\n')).toEqual(['a', null, ''])
    expect(await keysOf('key,value\na,1\n\nb,2')).toEqual(['a', 'b'])
  })

  it.each([
    ['a,1,2', '3 cells, where the header has 2'],
    ['a', '1 cells, where the header has 2'],
    ['"a"b,1', 'text after a closing quote'],
    ['a"b,1', 'a quote inside a cell that does not start with one'],
  ])('refuses %j: %s', async (record, reason) => {
    const path = file('bad.csv', `key,value\n"two\nlines",1\n${record}\nfine,2\n`)
    expect((await errorOf(sourceOf(path))).message).toContain(`${path}:4: ${reason}`)
    const skipping = sourceOf(path, { onBadRecord: 'skip' })
    expect((await rowsOf(skipping)).map(({ key }) => key)).toEqual(['two\nlines', 'fine'])
    expect(skipping.report().badRecords).toBe(1)
  })

  it('loses only the line of a quote that is never closed', async () => {
    const content = 'key,value\na,1\n"b,2\nc,3\n'
    const source = sourceOf('-', { ...stdinOf(content), onBadRecord: 'skip' })
    expect((await rowsOf(source)).map(({ key }) => key)).toEqual(['a', 'c'])
    expect(source.report().badRecordSamples).toEqual(['stdin:3: a quote that is never closed'])
  })

  it.each([
    ['key,key\n1,2\n', 'two columns named key'],
    ['key,keyBase64\n1,2\n', 'both key and keyBase64'],
    ['key,value,valueBase64\n1,2,3\n', 'both value and valueBase64'],
  ])('refuses the header %j', async (content, problem) => {
    const error = await errorOf(sourceOf('-', { ...stdinOf(content), format: 'csv' }))
    expect(error.code).toBe('input.csv-header')
    expect(error.message).toContain(problem)
  })
})
