import { documentKey, textOf } from '../model/key-text.ts'
import type { KeyFold } from './key-fold.ts'
import type { KeyEncodings } from './key-profile.ts'
import { KEY_SHAPES, shapeOf } from './key-shape.ts'
import type { KeyTable } from './key-table.ts'
import { topIndices } from './top-keys.ts'

/** Traps are looked for among so many of the most frequent keys. */
const LOOKED_AT = 10_000
const LISTED = 10
/** Reversed bytes of a number are now and then another id; fewer than this part is chance. */
const LEAST_PART = 0.05

type Trap = KeyEncodings['traps'][number]

/** Keys in pairs that may mean the same id. */
type Pairs = [Uint8Array, Uint8Array][]

/** What the keys look like, and ids that are written in more than one way. */
export function keyEncodings(
  fold: KeyFold,
  table: KeyTable,
  keysPerShape: Float64Array,
): KeyEncodings {
  const shapes = KEY_SHAPES.map((shape, i) => ({
    shape,
    messages: fold.shapeMessages[i]!,
    keys: keysPerShape[i]!,
  }))
  return {
    shapes: shapes.filter(({ messages }) => messages > 0).sort((a, b) => b.messages - a.messages),
    traps: trapsAmong(
      Array.from(topIndices(table, LOOKED_AT), (index) => table.keyAt(index).slice()),
    ),
  }
}

/** The traps among keys that are given most frequent first. */
export function trapsAmong(keys: readonly Uint8Array[]): Trap[] {
  const ofShape = (shapes: RegExp) => keys.filter((key) => shapes.test(shapeOf(key, 0, key.length)))
  const integers = ofShape(/^integer-text$/)
  const numbers = ofShape(/^binary-[48]$/)
  const texts = ofShape(/text$/)
  const reversed = byteOrderPairs(numbers)
  return [
    trap(
      'number-and-text',
      numberPairs(integers, numbers),
      (n) => `${n} as text and as 4 or 8 bytes: one id, two keys that land in different places.`,
    ),
    trap(
      'byte-order',
      reversed.length >= LEAST_PART * numbers.length ? reversed : [],
      (n) => `${n} in both byte orders: producers disagree on how to write a number.`,
    ),
    trap(
      'letter-case',
      textPairs(texts, (text) => text.toLowerCase()),
      (n) => `${n} in different letter case.`,
    ),
    trap(
      'white-space',
      textPairs(texts, (text) => text.trim()),
      (n) => `${n} with and without surrounding white space.`,
    ),
  ].filter((found) => found !== null)
}

function trap(name: Trap['trap'], pairs: Pairs, say: (ids: string) => string): Trap | null {
  if (pairs.length === 0) return null
  return {
    trap: name,
    keys: pairs.slice(0, LISTED / 2).flatMap((pair) => pair.map((key) => documentKey(key))),
    message: say(pairs.length === 1 ? 'An id is found' : `${pairs.length} ids are found`),
  }
}

/** A number in text and the same number in bytes, in either byte order. */
function numberPairs(integers: readonly Uint8Array[], numbers: readonly Uint8Array[]): Pairs {
  if (numbers.length === 0) return []
  const byValue = new Map<string, Uint8Array>()
  for (const number of numbers) {
    for (const value of valuesOf(number)) if (!byValue.has(value)) byValue.set(value, number)
  }
  return integers.flatMap((text): Pairs => {
    const twin = byValue.get(textOf(text) ?? '')
    return twin === undefined ? [] : [[text, twin]]
  })
}

/** The decimal texts of 4 or 8 bytes: little- and big-endian, unsigned and signed. */
function valuesOf(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return [true, false].flatMap((littleEndian) =>
    bytes.length === 4
      ? [String(view.getUint32(0, littleEndian)), String(view.getInt32(0, littleEndian))]
      : [String(view.getBigUint64(0, littleEndian)), String(view.getBigInt64(0, littleEndian))],
  )
}

function byteOrderPairs(numbers: readonly Uint8Array[]): Pairs {
  const seen = new Map<string, Uint8Array>()
  return numbers.flatMap((number): Pairs => {
    const twin = seen.get(number.toReversed().join())
    seen.set(number.join(), number)
    return twin === undefined ? [] : [[twin, number]]
  })
}

/** Texts that differ, but no longer once they are made alike. */
function textPairs(keys: readonly Uint8Array[], alike: (text: string) => string): Pairs {
  const seen = new Map<string, Uint8Array>()
  return keys.flatMap((key): Pairs => {
    const text = textOf(key)
    if (text === null) return []
    const form = alike(text)
    const twin = seen.get(form)
    if (twin === undefined) seen.set(form, key)
    return twin === undefined ? [] : [[twin, key]]
  })
}
