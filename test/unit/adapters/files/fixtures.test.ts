import { describe, expect, it } from 'vitest'
import { messagesOf, rowsOf, sourceOf } from './reading.ts'

const fixture = (name: string) =>
  new URL(`../../../../fixtures/files/${name}`, import.meta.url).pathname
const keysIn = async (name: string) => (await rowsOf(sourceOf(fixture(name)))).map(({ key }) => key)

describe('the sample files', () => {
  it('orders hold every kind of key, in NDJSON, zstd of two frames, and CSV', async () => {
    const binary = { base64: 'AAAAyA==' }
    const keys = ['14', '23', 'münchen', binary, null, '']
    expect(await keysIn('orders.ndjson')).toEqual(keys)
    expect(await keysIn('orders.ndjson.zst')).toEqual(keys)
    const csv = keys.map((key) => (key === binary ? 'two\nlines, one key' : key))
    expect(await keysIn('orders.csv')).toEqual(csv)
    const [ndjson, table] = await Promise.all(
      ['orders.ndjson', 'orders.csv'].map((name) => rowsOf(sourceOf(fixture(name)))),
    )
    const places = (rows: typeof ndjson) =>
      rows?.map(({ partition, offset, timestamp }) => [partition, offset, timestamp])
    expect(places(table)).toEqual(places(ndjson))
  })

  it('users are plain keys', async () => {
    const keys = ['14', '23', '5', '14', '', 'münchen', '14']
    expect(await keysIn('users.txt')).toEqual(keys)
    expect(await keysIn('users.txt.gz')).toEqual(keys)
  })

  it('payments were printed by kcat 1.7.1, bytes that are no UTF-8 included', async () => {
    const messages = await messagesOf(sourceOf(fixture('payments.kcat')))
    const text = (bytes: Uint8Array | null) =>
      bytes === null ? null : Buffer.from(bytes).toString()
    expect(messages.map(({ topic, offset }) => `${topic}/${offset}`)).toEqual(
      [0, 1, 2, 3, 4].map((offset) => `payments/${offset}`),
    )
    expect(messages.slice(0, 4).map(({ key, value }) => [text(key), text(value)])).toEqual([
      ['card-14', '{"amount":12.5,"note":"a \\"b\\" c"}'],
      ['card-23', '{"amount":7}'],
      [null, 'nokey'],
      ['card-14', null],
    ])
    expect(messages[0]?.headers.map(({ name, value }) => [name, text(value)])).toEqual([
      ['trace', 'abc'],
      ['trace', 'x y'],
    ])
    expect(messages[4]?.key).toEqual(Uint8Array.of(0xff, 0xfe, 1, 0x7f))
    expect(messages[4]?.value).toEqual(Uint8Array.of(0xc3, 0x28, 0x2f, 9, 0xc3, 0xbc))
  })
})
