import { describe, expect, it } from 'vitest'
import { keyHash } from '../../../../src/domain/keys/key-hash.ts'
import { KeyTable } from '../../../../src/domain/keys/key-table.ts'
import { RowKeys, TABLE_SEED } from '../../../../src/domain/keys/row-keys.ts'
import { topIndices } from '../../../../src/domain/keys/top-keys.ts'
import { bytesOf, textOf } from '../../../../src/domain/model/key-text.ts'

function count(table: KeyTable, key: string, messages = 1): number {
  const bytes = bytesOf(`<${key}>`)
  const index = table.intern(bytes, 1, bytes.length - 1)
  table.count(index, messages, messages * 10)
  return index
}

describe('KeyTable', () => {
  it('gives equal keys one index, and counts them', () => {
    const table = new KeyTable()
    expect([count(table, 'a'), count(table, 'b', 4), count(table, 'a', 2)]).toEqual([0, 1, 0])
    expect([table.size, table.messagesOf(0), table.bytesOf(0)]).toEqual([2, 3, 30])
    expect(textOf(table.keyAt(1))).toBe('b')
  })

  it('tells keys apart that start alike, and the empty key', () => {
    const table = new KeyTable()
    const keys = ['', '\0', '\0\0', 'a', 'a\0', 'aaaa', 'aaaaa', 'aaaaaaaa']
    expect(keys.map((key) => count(table, key))).toEqual(keys.map((_, i) => i))
    expect(keys.map((key) => count(table, key))).toEqual(keys.map((_, i) => i))
  })

  it('tells keys of every length apart by any of their bytes', () => {
    const table = new KeyTable()
    const keys = Array.from({ length: 40 }, (_, length) => 'x'.repeat(length)).flatMap((key) => [
      key,
      ...Array.from(key, (_, i) => `${key.slice(0, i)}y${key.slice(i + 1)}`),
    ])
    expect(keys.map((key) => count(table, key))).toEqual(keys.map((_, i) => i))
    expect(keys.map((key) => count(table, key))).toEqual(keys.map((_, i) => i))
  })

  it('hashes keys of every length as saved profiles do', () => {
    const table = new KeyTable()
    const bytes = Uint8Array.from({ length: 30 }, (_, i) => i * 37 + 200)
    const ends = Array.from({ length: 28 }, (_, length) => 2 + length)
    const hashes = ends.map((end) => table.hashOf(table.intern(bytes, 2, end)))
    expect(hashes).toEqual(ends.map((end) => keyHash(bytes, 2, end, TABLE_SEED)))
  })

  it('looks up many keys at once, and leaves those that are new', () => {
    const table = new KeyTable()
    for (const key of ['a', 'b', 'a longer key than the head']) count(table, key)
    const bytes = bytesOf('ba longer key than the headca longer key than the heaD')
    const rows = new RowKeys()
    rows.read(bytes, Int32Array.of(0, 1, 27, 28), Int32Array.of(1, 26, 1, 26), 0, 4)
    const found = new Int32Array(4)
    table.lookUp(rows, 4, found)
    expect([...found]).toEqual([1, 2, -1, -1])
    expect([2, 3].map((i) => table.internRow(rows, i))).toEqual([3, 4])
    expect(textOf(table.keyAt(4))).toBe('a longer key than the heaD')
  })

  it('keeps every count while it grows, and counts beyond 32 bits', () => {
    const table = new KeyTable()
    const keys = Array.from({ length: 5000 }, (_, i) => `customer-${i}`.padEnd(i % 40, '.'))
    for (const [i, key] of keys.entries()) count(table, key, i + 2 ** 33)
    const wrong = keys.filter((key, i) => table.messagesOf(count(table, key, 0)) !== i + 2 ** 33)
    expect([table.size, wrong]).toEqual([5000, []])
  })

  it('forgets unmarked keys and renumbers the others', () => {
    const table = new KeyTable()
    const keys = Array.from({ length: 1000 }, (_, i) => `key ${i}`)
    for (const [i, key] of keys.entries()) count(table, key, i + 1)
    const newIndices = table.retain(Uint8Array.from(keys, (_, i) => Number(i % 3 === 0)))
    expect([table.size, newIndices[3], newIndices[4]]).toEqual([334, 1, -1])
    expect([textOf(table.keyAt(1)), table.messagesOf(1)]).toEqual(['key 3', 4])
    expect([count(table, 'key 3'), count(table, 'key 4')]).toEqual([1, 334])
  })

  it('can be cleared and filled again', () => {
    const table = new KeyTable()
    count(table, 'a', 5)
    table.clear()
    expect([table.size, count(table, 'b'), count(table, 'a'), table.messagesOf(1)]).toEqual([
      0, 0, 1, 1,
    ])
  })

  it('needs the same memory whatever the order of the keys', () => {
    const keys = ['a', 'bbb', 'cc', 'dddddddd']
    const needed = (order: string[]) => {
      const table = new KeyTable()
      for (const key of order) count(table, key)
      return table.neededBytes
    }
    expect(needed(keys.toReversed())).toBe(needed(keys))
  })
})

describe('topIndices', () => {
  it('orders by messages, ties by bytes, whatever came first', () => {
    const table = new KeyTable()
    for (const key of ['d', 'b', 'é', 'ba', 'c', 'a']) count(table, key, key === 'c' ? 9 : 2)
    const top = (limit: number) => [...topIndices(table, limit)].map((i) => textOf(table.keyAt(i)))
    expect(top(10)).toEqual(['c', 'a', 'b', 'ba', 'd', 'é'])
    expect(top(3)).toEqual(['c', 'a', 'b'])
    expect(top(0)).toEqual([])
  })
})
