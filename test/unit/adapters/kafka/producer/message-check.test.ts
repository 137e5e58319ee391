import { expect, it } from 'vitest'
import { checkMessage } from '../../../../../src/adapters/kafka/producer/message-check.ts'
import type { NewMessage } from '../../../../../src/domain/model/cluster.ts'

const NONE: NewMessage = { key: null, value: null }
const text = 'text' as unknown as Uint8Array

it.each([
  [{ ...NONE, key: text }, 'the key of a message is string instead of bytes'],
  [{ ...NONE, value: undefined as unknown as null }, 'the value of a message is undefined'],
  [{ ...NONE, headers: [{ name: 'h', value: text }] }, 'the header "h" of a message is string'],
  [{ ...NONE, timestamp: 0.5 }, 'the timestamp of a message is 0.5'],
  [{ ...NONE, timestamp: Number.NaN }, 'the timestamp of a message is NaN'],
])('refuses %j', (message, expected) => {
  expect(() => checkMessage(message)).toThrow(expected)
})

it('takes bytes, nothing, and whole times or none', () => {
  checkMessage(NONE)
  checkMessage({ ...NONE, timestamp: null })
  const bytes = Buffer.from('b')
  checkMessage({ key: bytes, value: bytes, headers: [{ name: '', value: null }], timestamp: 0 })
})
