import { crc32 } from '../hash/crc32.ts'
import { fnv1a } from '../hash/fnv1a.ts'
import { md5, md5Remainder } from '../hash/md5.ts'
import { murmur2 } from '../hash/murmur2.ts'
import { murmur2Legacy } from '../hash/murmur2-legacy.ts'
import { murmur3 } from '../hash/murmur3.ts'
import { xxh32 } from '../hash/xxh32.ts'
import type { Reducer } from '../types.ts'
import { bytesReducer } from './bytes-reducer.ts'

type Hash = (bytes: Uint8Array, start: number, end: number) => number

/** How a 32-bit hash becomes the number that is taken mod n, and how that is written down. */
interface Reading {
  readonly number: (hash: number) => number
  readonly note: (hash: number) => string
}

const unsigned: Reading = { number: (hash) => hash, note: () => '' }
/** Kafka's Java client: the sign bit is cut off. */
const positive31: Reading = { number: (hash) => hash & 0x7fffffff, note: () => ' & 0x7fffffff' }
/**
 * Sarama and librdkafka read the hash as signed and drop the sign; the lowest int32 becomes 2^31 in
 * both: Sarama takes the remainder before it negates, librdkafka returns the result as unsigned.
 */
const absolute: Reading = {
  number: (hash) => Math.abs(hash | 0),
  note: (hash) => ` = ${hash | 0}`,
}

/** The reducers made from a hash (R3), in the order in which they are listed to users. */
export const hashReducers: readonly Reducer[] = [
  md5Reducer(),
  hashReducer('murmur2', murmur2, positive31),
  hashReducer('murmur2-legacy', murmur2Legacy, positive31),
  hashReducer('crc32', crc32, unsigned),
  hashReducer('fnv1a', fnv1a, unsigned),
  hashReducer('fnv1a-sarama', fnv1a, absolute),
  hashReducer('murmur3', murmur3, unsigned),
  hashReducer('xxh32', xxh32, unsigned),
]

function hashReducer(name: string, hashOf: Hash, reading: Reading): Reducer {
  const { number, note } = reading
  return bytesReducer(
    name,
    (bytes, start, end, count) => number(hashOf(bytes, start, end)) % count,
    (bytes, count) => {
      const hash = hashOf(bytes, 0, bytes.length)
      const value = number(hash)
      const said = `${name} = 0x${hex(hash)}${note(hash)}`
      return `${said} -> ${value} mod ${count} = ${value % count}`
    },
  )
}

function md5Reducer(): Reducer {
  const digest = new Uint32Array(4)
  const remainder = (bytes: Uint8Array, start: number, end: number, count: number) => {
    md5(bytes, start, end, digest)
    return md5Remainder(digest, count)
  }
  return bytesReducer('md5', remainder, (bytes, count) => {
    const slot = remainder(bytes, 0, bytes.length, count)
    const digits = Array.from(digest, hex).join('')
    return `md5 = 0x${digits} -> 0x${digits.slice(0, 4)}..${digits.slice(-4)} mod ${count} = ${slot}`
  })
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
