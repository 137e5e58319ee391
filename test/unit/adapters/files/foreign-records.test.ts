import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { READ_ALL } from '../../../../src/domain/model/selection.ts'
import { partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { errorOf, folderOfTests, keysOf, messagesOf, rowsOf, sourceOf, stdinOf } from './reading.ts'

const file = folderOfTests()

const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString())
const valuesOf = async (...[path, options]: Parameters<typeof sourceOf>) =>
  (await messagesOf(sourceOf(path, options))).map(({ value }) => text(value))
const dataset = (name: string) =>
  new URL(`../../../../node_modules/vega-datasets/data/${name}`, import.meta.url).pathname

describe('a table of somebody else', () => {
  it('gives each row as a JSON object of text, null for a bare empty cell', async () => {
    const content =
      'Airport,"a ""name""/~","",n\r\n' +
      'B,"two ""q""\nlines\\",5,\u0001é\r\n' +
      '\r\n' +
      ',"",x,\r\n'
    const path = file('table.csv', content)
    expect(await valuesOf(path)).toEqual([
      String.raw`{"Airport":"B","a \"name\"/~":"two \"q\"\nlines\\","":"5","n":"\u0001é"}`,
      String.raw`{"Airport":null,"a \"name\"/~":"","":"x","n":null}`,
    ])
    const [first] = await messagesOf(sourceOf('-', { ...stdinOf(content), format: 'csv' }))
    expect(first).toMatchObject({ topic: 'stdin', partition: -1, offset: null, key: null })
    expect(first).toMatchObject({ headers: [], timestamp: null })
  })

  it('is known by its name alone, whatever is in it', async () => {
    expect(await valuesOf(file('one.csv', '[\n{\n'))).toEqual(['{"[":"{"}'])
    expect(await valuesOf(file('packed.CSV.gz', gzipSync('id;at\n1;2\n')))).toEqual([
      '{"id;at":"1;2"}',
    ])
  })

  it('may have rows that grow a lot as JSON', async () => {
    const controls = '\u0001'.repeat(50_000)
    const content = `a,b\n${controls},1\n2,${controls}\n`
    const values = await valuesOf('-', { ...stdinOf(content, 9999), format: 'csv' })
    expect(values).toEqual([
      JSON.stringify({ a: controls, b: '1' }),
      JSON.stringify({ a: '2', b: controls }),
    ])
  })

  it('means nothing by columns that are called as ours are', async () => {
    const path = file('log.csv', 'timestamp,partition,topic,header.a,user\nlate,x,t,h,u1\n')
    const [message] = await messagesOf(sourceOf(path))
    expect(message).toMatchObject({ topic: 'log', partition: -1, timestamp: null, headers: [] })
    expect(JSON.parse(text(message!.value)!)).toMatchObject({ timestamp: 'late', user: 'u1' })
  })

  it('has its rows as values beside a key too', async () => {
    const path = file('keyed.csv', 'key,offset,note\n"a ""b""",7,x\n,8,"say ""y"""\n')
    const messages = await messagesOf(sourceOf(path))
    expect(messages.map(({ key, offset, value }) => [text(key), offset, text(value)])).toEqual([
      ['a "b"', 7n, String.raw`{"key":"a \"b\"","offset":"7","note":"x"}`],
      [null, 8n, String.raw`{"key":null,"offset":"8","note":"say \"y\""}`],
    ])
    const lengths = (await rowsOf(sourceOf(path))).map(({ valueLength }) => valueLength)
    expect(lengths).toEqual(messages.map(({ value }) => value!.length))
  })

  it('keeps a value column without a key what it is', async () => {
    expect(await valuesOf(file('values.csv', 'value,country\nv,DE\n'))).toEqual(['v'])
  })

  it.each([
    ['Airport Name,Time of day\nx,y\n', '--partitioner "payload:/Airport Name"'],
    ['country,user_id\nDE,1\n', '--partitioner payload:/user_id'],
    ['a/b~c\nx\n', '--partitioner "payload:/a~1b~0c"'],
    ["Bob's $,\nx,y\n", String.raw`--partitioner 'payload:/Bob'\''s $'`],
    ['value,country\nv,DE\n', 'Name the column that holds the key "key"'],
    ['kye,value\n1,2\n', 'Rename the column kye to key'],
  ])('%j, asked for keys, names the way out: %s', async (content, advice) => {
    const path = file('asked.csv', content)
    const { code, message, suggestions } = await errorOf(sourceOf(path))
    expect(code).toBe('input.no-keys')
    expect(message).toContain(`The records of ${path} have no key: no column named key among `)
    expect(suggestions).toContain(advice)
    expect(suggestions).toContain('--input-format keys')
    expect(suggestions.includes('--partitioner')).toBe(advice.includes('--partitioner'))
  })

  it('of bird strikes is partitioned by operator', async () => {
    const path = dataset('birdstrikes.csv')
    const { keyOf } = partitionerNamed('payload:/Aircraft Airline Operator', { seed: 1 })
    let messages = 0
    let military = 0
    for await (const batch of sourceOf(path).read({
      ...READ_ALL,
      content: 'messages',
      limit: 1000,
    })) {
      messages += batch.count
      for (let row = 0; row < batch.count; row++) {
        if (keyOf(batch.message(row)) === 'MILITARY') military++
      }
    }
    // As grep -c counts ',MILITARY,' after the header: head -1001.
    expect([messages, military]).toEqual([1000, 150])
  })
})

describe('plain events, one a line', () => {
  const event = '{"viewtime":1565606197468,"userid":"User_6","pageid":"Page_62"}'

  it('are values, line by line, without a key', async () => {
    const lines = [event, ' {"userid":"User_7", "key":"k","timestamp":"late"} \r', '', '{}']
    const messages = await messagesOf(sourceOf('-', stdinOf(lines.join('\n'))))
    expect(messages.map(({ key, value }) => [key, text(value)])).toEqual([
      [null, event],
      [null, '{"userid":"User_7", "key":"k","timestamp":"late"}'],
      [null, '{}'],
    ])
    const { keyOf } = partitionerNamed('payload:/userid', { seed: 1 })
    expect(messages.map(keyOf)).toEqual(['User_6', 'User_7', null])
  })

  it('are so in any NDJSON, after lines that are none', async () => {
    const path = file('events.log', `{"cut\n${event}\n`)
    const source = sourceOf(path, { format: 'ndjson', onBadRecord: 'skip' })
    expect((await messagesOf(source)).map(({ value }) => text(value))).toEqual([event])
    expect(source.report()).toMatchObject({ badRecords: 1, available: 1 })
  })

  it('and records are records, whatever comes after the first', async () => {
    const content = `{"key":null,"user":1}\n${event}\n`
    expect(await keysOf(content)).toEqual([null, null])
    const messages = await messagesOf(sourceOf('-', stdinOf(content)))
    expect(messages.map(({ value }) => value)).toEqual([null, null])
  })

  it.each([
    [event, '--partitioner payload:/userid', 'viewtime, userid, pageid'],
    ['{"a":{"b":1},"c d":2}', '--partitioner "payload:/c d"', 'a, c d'],
    ['{"\\u001b[2J":{}}', '--input-format keys', '\\u001b[2J'],
    ['{}', '--input-format keys', 'none'],
  ])('%s, asked for keys, names the way out: %s', async (line, advice, names) => {
    const { code, message, suggestions } = await errorOf(sourceOf('-', stdinOf(`${line}\n`)))
    expect(code).toBe('input.no-keys')
    expect(message).toBe(`The records of stdin have no key: no field named key among ${names}`)
    expect(suggestions).toContain(advice)
  })
})

describe('JSON that is no lines', () => {
  it.each([
    ['array.json', '[{"a":1},{"a":2}]', "jq -c '.[]' "],
    ['pretty.json', '[\n  {\n    "a": 1\n  }\n]\n', "jq -c '.[]' "],
    ['texts.json', '["a","b"]', "jq -c '.[]' "],
    ['object.json', '{\n  "a": 1\n}\n', "jq -c '.' "],
  ])('%s is refused with the command that makes lines of it', async (name, content, command) => {
    const path = file(name, content)
    const { code, suggestions } = await errorOf(sourceOf(path))
    expect(code).toBe('input.json-document')
    expect(suggestions).toContain(`${command}${path} | pstool .. --source -`)
  })

  it('is refused for a real one', async () => {
    expect((await errorOf(sourceOf(dataset('flights-2k.json')))).code).toBe('input.json-document')
  })

  it('may still be keys', async () => {
    expect(await keysOf('[1]\n[2]\n')).toEqual(['[1]', '[2]'])
    expect(await keysOf('{\n', { format: 'keys' })).toEqual(['{'])
  })
})

describe('a name that ends in .ndjson', () => {
  it('means NDJSON, so that a broken first line is told', async () => {
    const { message } = await errorOf(sourceOf(file('broken.ndjson', 'nonsense\n{"key":1}\n')))
    expect(message).toContain('broken.ndjson:1: not valid JSON at byte 1')
  })
})

describe('whole messages are made on demand', () => {
  it('in any order, any number of times, with bytes of their own', async () => {
    const path = file('rows.ndjson', '{"key":"a\\n","value":"\\"v"}\n{"key":"b","value":{"c":1}}\n')
    for await (const batch of sourceOf(path).read({ ...READ_ALL, content: 'messages' })) {
      const [second, first, again] = [1, 0, 1].map((row) => batch.message(row))
      expect(again).toEqual(second)
      second!.value!.fill(0)
      second!.key!.fill(0)
      expect(batch.message(1)).toEqual(again)
      expect([text(first!.key), text(first!.value)]).toEqual(['a\n', '"v'])
      for (const row of [-1, 2]) expect(() => batch.message(row)).toThrow(RangeError)
    }
    for await (const batch of sourceOf(path).read(READ_ALL)) {
      expect(() => batch.message(0)).toThrow(RangeError)
    }
  })
})
