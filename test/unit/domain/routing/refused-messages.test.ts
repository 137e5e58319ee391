import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type RefusedMessage,
  RefusedMessages,
  refusedText,
} from '../../../../src/domain/routing/refused-messages.ts'

const refused = (error: string, partition: number, offset: number): RefusedMessage => ({
  ...{ error, topic: 'orders', partition, offset: String(offset), line: null },
})
const firstOf = (messages: readonly RefusedMessage[]) => {
  const kept = new RefusedMessages()
  for (const message of messages) kept.add(message)
  return kept.first
}

describe('the messages that a partitioner refused', () => {
  it('are the first three, one per text', () => {
    const stream = ['no tenant', 'no JSON', 'no tenant', 'no key', 'no JSON', 'no value']
    expect(firstOf(stream.map((error, offset) => refused(error, 0, offset)))).toEqual([
      refused('no tenant', 0, 0),
      refused('no JSON', 0, 1),
      refused('no key', 0, 3),
    ])
  })

  it('are the same in whatever order partitions are read, and merged', () => {
    const messages = fc.uniqueArray(
      fc.record({
        error: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        partition: fc.nat(3),
        offset: fc.nat(20),
      }),
      { selector: ({ partition, offset }) => `${partition} ${offset}`, maxLength: 30 },
    )
    fc.assert(
      fc.property(messages, fc.nat(30), (found, cut) => {
        const all = found.map(({ error, partition, offset }) => refused(error, partition, offset))
        const byPlace = all.toSorted(
          (a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset),
        )
        const firsts = new Map(byPlace.toReversed().map((one) => [one.error, one]))
        const expected = byPlace.filter((one) => firsts.get(one.error) === one).slice(0, 3)
        expect(firstOf(all)).toEqual(expected)
        expect(firstOf([...firstOf(all.slice(cut)), ...firstOf(all.slice(0, cut))])).toEqual(
          expected,
        )
      }),
    )
  })

  it('are told with their place, as far as it is known', () => {
    expect(refusedText(refused('no tenant', 2, 17))).toBe(
      '"no tenant" (orders partition 2 offset 17)',
    )
    const line = { error: 'no', topic: 'events', partition: -1, offset: null, line: 4 }
    expect(refusedText(line)).toBe('"no" (events line 4)')
  })
})
