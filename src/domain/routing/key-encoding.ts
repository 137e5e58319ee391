import { UsageError } from '../../errors.ts'
import { bytesOf } from '../model/key-text.ts'

export const KEY_ENCODINGS = ['text', 'hex', 'base64', 'u32', 'u64', 'u128'] as const
/** How a key is written on the command line; numbers are the little-endian bytes of Iggy's SDKs. */
export type KeyEncoding = (typeof KEY_ENCODINGS)[number]

const NUMBER_BYTES = { u32: 4, u64: 8, u128: 16 } as const
const HEX = /^(?:[0-9a-f]{2})*$/i
const BASE64 = /^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}(?:==)?|[a-z0-9+/]{3}=?)?$/i

/**
 * The bytes of a key given as text.
 * @throws UsageError where the text is not in that encoding, or a number is out of its range
 */
export function parseKeyText(text: string, encoding: KeyEncoding): Uint8Array {
  switch (encoding) {
    case 'text':
      return bytesOf(text)
    case 'hex':
      if (!HEX.test(text)) throw badKey(text, 'an even number of hex digits')
      return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
    case 'base64':
      if (!BASE64.test(text)) throw badKey(text, 'base64')
      return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    default:
      return littleEndian(text, encoding)
  }
}

function littleEndian(text: string, encoding: keyof typeof NUMBER_BYTES): Uint8Array {
  const length = NUMBER_BYTES[encoding]
  const largest = (1n << BigInt(length * 8)) - 1n
  const wanted = `an integer from 0 to ${largest}`
  if (!/^\d+$/.test(text)) throw badKey(text, wanted)
  let rest = BigInt(text)
  if (rest > largest) throw badKey(text, wanted)
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    bytes[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}

function badKey(text: string, wanted: string): UsageError {
  return new UsageError(
    'routing.bad-key-text',
    `the key ${JSON.stringify(text)} is not ${wanted}`,
    [`Correct the key, or choose another --key-encoding: ${KEY_ENCODINGS.join(', ')}.`],
  )
}
