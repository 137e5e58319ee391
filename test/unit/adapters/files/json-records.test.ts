import { describe, expect, it } from 'vitest'
import { ABSENT, UNKNOWN } from '../../../../src/domain/model/message-batch.ts'
import { errorOf, folderOfTests, keysOf, messagesOf, rowsOf, sourceOf, stdinOf } from './reading.ts'

const file = folderOfTests()

const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString())
const lines = (...records: string[]) => `${records.join('\n')}\n`

describe('NDJSON', () => {
  it('takes the key as text, or as the raw text of a number, true or false', async () => {
    const content = lines(
      '{"key":"a","value":1}',
      '{"key":9007199254740993}',
      '{"key":-1.50e3}',
      '{"key":true}',
      '{"key":""}',
      '{"key":null}',
      '{"value":{}}',
    )
    expect(await keysOf(content)).toEqual([
      'a',
      '9007199254740993',
      '-1.50e3',
      'true',
      '',
      null,
      null,
    ])
  })

  it('decodes escapes and base64, and keeps bytes that are no UTF-8', async () => {
    const raw = Buffer.concat([
      Buffer.from('{"key":"'),
      Buffer.from([0xff, 0x41]),
      Buffer.from('"}'),
    ])
    const content = Buffer.concat([
      Buffer.from(lines('{"key":"\\u00e9\\n\\ud83d\\ude00\\/"}', '{"keyBase64":"\\/wD\\/"}')),
      raw,
    ])
    expect(await keysOf(content)).toEqual(['é\n😀/', { base64: '/wD/' }, { base64: '/0E=' }])
  })

  it('decodes escapes at every length of UTF-8', async () => {
    const text = '\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}'
    const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
    const escaped = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
    const rows = await rowsOf(sourceOf('-', stdinOf(`{"key":"${escaped}","value":"${escaped}"}`)))
    expect(rows[0]).toMatchObject({ key: text, valueLength: Buffer.from(text).length })
  })

  it('gives places, times and value sizes', async () => {
    const content = lines(
      '{"key":"a","partition":3,"offset":12,"timestamp":1700000000123,"value":"h\\u00e9"}',
      '{"key":"a","partition":null,"offset":"13","timestamp":"2023-11-14T22:13:20.123Z","value":{ "a":1}}',
      '{"key":"a","timestamp":"2023-11-14T23:13:20.123+01:00","valueBase64":"AAEC"}',
      '{"key":"a","timestamp":-1,"value":null}',
      '{"key":"a"}',
    )
    const time = 1_700_000_000_123
    const none = { partition: -1, offset: Number.NaN }
    expect(await rowsOf(sourceOf('-', stdinOf(content)))).toEqual([
      { key: 'a', valueLength: 3, partition: 3, offset: 12, timestamp: time },
      { key: 'a', valueLength: 8, partition: -1, offset: 13, timestamp: time },
      { key: 'a', valueLength: 3, ...none, timestamp: time },
      { key: 'a', valueLength: ABSENT, ...none, timestamp: Number.NaN },
      { key: 'a', valueLength: UNKNOWN, ...none, timestamp: Number.NaN },
    ])
  })

  it('gives whole messages: text as its bytes, other values as raw JSON', async () => {
    const path = file(
      'whole.ndjson',
      lines(
        '{"value":{"b": [1, 2]},"key":"k\\t","headers":{"n":1,"t":"x","z":null,"b":{"base64":"/w=="},"o":{"a":1}},"offset":9007199254740993,"topic":"orders"}',
        '{"value":"t\\"ext","key":null,"headers":["a","1","a",null]}',
      ),
    )
    const [first, second] = await messagesOf(sourceOf(path))
    expect(first).toMatchObject({ topic: 'orders', offset: 9007199254740993n, partition: -1 })
    expect([text(first!.key), text(first!.value)]).toEqual(['k\t', '{"b": [1, 2]}'])
    expect(first!.headers.map(({ name, value }) => [name, text(value)])).toEqual([
      ['n', '1'],
      ['t', 'x'],
      ['z', null],
      ['b', '\ufffd'],
      ['o', '{"a":1}'],
    ])
    expect(second).toMatchObject({ topic: 'whole', key: null, timestamp: null })
    expect(text(second!.value)).toBe('t"ext')
    expect(second!.headers.map(({ name, value }) => [name, text(value)])).toEqual([
      ['a', '1'],
      ['a', null],
    ])
  })

  it('passes over blank lines and takes CR LF, a last line without LF, and a byte order mark', async () => {
    expect(await keysOf('\ufeff\r\n{"key":"a"}\r\n \n{"key":"b"}')).toEqual(['a', 'b'])
  })

  it('makes a batch of each topic', async () => {
    const content = lines('{"key":1,"topic":"a"}', '{"key":2,"topic":"b"}', '{"key":3,"topic":"b"}')
    const messages = await messagesOf(sourceOf('-', stdinOf(content)))
    expect(messages.map(({ topic, key }) => `${topic}${text(key)}`)).toEqual(['a1', 'b2', 'b3'])
  })
})

describe('kcat -J', () => {
  const record =
    '{"topic":"t","partition":1,"offset":7,"tstype":"create","ts":1700000000000,"broker":1,' +
    '"headers":["trace","abc","trace","x y"],"key":"K","payload":"{\\"a\\":\\"b\\"}"}'

  it('is known by its fields', async () => {
    const [message] = await messagesOf(sourceOf('-', stdinOf(`${record}\n`)))
    expect(message).toMatchObject({ topic: 't', partition: 1, offset: 7n, timestamp: 1.7e12 })
    expect([text(message!.key), text(message!.value)]).toEqual(['K', '{"a":"b"}'])
    expect(message!.headers.map(({ name, value }) => [name, text(value)])).toEqual([
      ['trace', 'abc'],
      ['trace', 'x y'],
    ])
  })

  it('keeps the bytes that it prints raw, and null keys and payloads', async () => {
    const [before, after] = record.split('K')
    const bytes = Buffer.concat([
      Buffer.from(before!),
      Buffer.from([0xc3, 0x28, 0x7f, 0xff]),
      Buffer.from(`${after}\n{"topic":"t","tstype":"create","ts":-1,"key":null,"payload":null}\n`),
    ])
    const rows = await rowsOf(sourceOf('-', stdinOf(bytes)))
    expect(rows.map(({ key, valueLength }) => [key, valueLength])).toEqual([
      [{ base64: 'wyh//w==' }, 9],
      [null, -1],
    ])
  })
})

describe('a bad record', () => {
  const cases: readonly [string, string][] = [
    ['{"key":"a"', "expected ',' or '}'"],
    ['["key"]', 'a record has to be a JSON object'],
    ['{"key":"a"} x', 'something follows the JSON object'],
    ['{"key":{"id":1}}', 'the key is an object'],
    ['{"key":[1]}', 'the key is an array'],
    ['{"key":"\\ud800"}', 'the key has an unpaired surrogate, which no bytes stand for'],
    ['{"keyBase64":"a"}', 'keyBase64 is not base64'],
    ['{"key":1,"keyBase64":"YQ=="}', 'both key and keyBase64'],
    ['{"key":1,"value":1,"valueBase64":"YQ=="}', 'both value and valueBase64'],
    ['{"key":1,"valueBase64":"!!!!"}', 'valueBase64 is not base64'],
    ['{"key":1,"partition":-3}', 'the partition is not a whole number from 0'],
    ['{"key":1,"partition":4294967296}', 'the partition is not a whole number from 0'],
    ['{"key":1,"offset":1.5}', 'the offset is not a whole number from 0'],
    ['{"key":1,"timestamp":"yesterday"}', 'the timestamp is neither a number of ms nor'],
    ['{"key":1,"timestamp":"2023-13-01"}', 'the timestamp is neither a number of ms nor'],
    ['{"key":1,"topic":5}', 'the topic is not text'],
  ]

  it.each(cases)('%s: %s', async (record, reason) => {
    const path = file('bad.ndjson', lines('{"key":"fine"}', '', record, '{"key":"fine too"}'))
    const { code, message, suggestions } = await errorOf(sourceOf(path))
    expect(code).toBe('input.bad-record')
    expect(message).toContain(`${path}:3: `)
    expect(message).toContain(reason)
    expect(suggestions).toContain('--on-bad-record skip')
    const skipping = sourceOf(path, { onBadRecord: 'skip' })
    expect((await rowsOf(skipping)).map(({ key }) => key)).toEqual(['fine', 'fine too'])
    expect(skipping.report()).toMatchObject({ badRecords: 1, available: 2 })
    expect(skipping.report().badRecordSamples).toEqual([expect.stringContaining(`${path}:3: `)])
  })

  it('shows no more of the record than 60 bytes, and nothing that moves the cursor', async () => {
    const path = file('long.ndjson', `{"key":"\u001b[2Ja${'x'.repeat(500)}"}\n`)
    const { message } = await errorOf(sourceOf(path))
    expect(message).not.toContain('\u001b')
    expect(message).toContain('\\u001b')
    expect(message.length).toBeLessThan(path.length + 160)
  })

  it('keeps five samples of many', async () => {
    const content = lines('{"key":1}', ...Array.from({ length: 9 }, () => 'nonsense'))
    const source = sourceOf('-', { ...stdinOf(content), onBadRecord: 'skip' })
    await rowsOf(source)
    const { badRecords, badRecordSamples } = source.report()
    expect(badRecords).toBe(9)
    expect(badRecordSamples).toHaveLength(5)
    expect(badRecordSamples[0]).toMatch(/^stdin:2: not valid JSON at byte 1: /)
  })

  it('is one of half a surrogate pair only where those bytes are wanted', async () => {
    for (const [member, problem] of [
      ['"value":"\\udc00"', 'the value has an unpaired surrogate'],
      ['"headers":{"a":"\\ud800"}', 'a header has an unpaired surrogate'],
    ]) {
      const content = lines(`{"key":1,${member}}`)
      expect(await keysOf(content)).toEqual(['1'])
      const whole = await errorOf(sourceOf('-', stdinOf(content)), { content: 'messages' })
      expect(whole.message).toContain(`stdin:1: ${problem}`)
    }
  })

  it('is one of headers only where headers are read', async () => {
    const content = lines('{"key":1,"headers":["odd"]}')
    expect(await keysOf(content)).toEqual(['1'])
    const whole = errorOf(sourceOf('-', stdinOf(content)), { content: 'messages' })
    expect((await whole).message).toContain('the header odd has no value')
  })
})
