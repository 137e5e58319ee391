import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LocalState, PlacedMessage } from '../../src/adapters/local/local-state.ts'
import { byName } from '../../src/adapters/local/local-state.ts'
import { parseLocalState } from '../../src/adapters/local/parse-local-state.ts'
import { stateDocument } from '../../src/adapters/local/state-document.ts'

const bytes = fc.option(fc.uint8Array({ maxLength: 6 }))
const header = fc.record({ name: fc.string({ maxLength: 4 }), value: bytes })
const message = fc.record({
  gap: fc.oneof(fc.constant(0n), fc.bigInt(0n, 9n)),
  key: bytes,
  value: bytes,
  headers: fc.array(header, { maxLength: 3 }),
  timestamp: fc.option(fc.nat()),
})
const log = fc
  .record({
    start: fc.oneof(fc.constant(0n), fc.bigInt(0n, 1000n)),
    messages: fc.array(message, { maxLength: 5 }),
    after: fc.oneof(fc.constant(0n), fc.bigInt(0n, 1000n)),
  })
  .map(({ start, messages, after }) => {
    let next = start
    const placed = messages.map(({ gap, ...rest }): PlacedMessage => {
      const offset = next + gap
      next = offset + 1n
      return { ...rest, offset }
    })
    return { start, messages: placed, end: next + after }
  })
const topic = fc.record({
  name: fc.stringMatching(/^[a-zA-Z0-9_-]{1,8}$/),
  logs: fc.array(log, { minLength: 1, maxLength: 3 }),
})
const committed = fc.record({
  offset: fc.bigInt(0n, BigInt(Number.MAX_SAFE_INTEGER)),
  metadata: fc.string({ maxLength: 5 }),
  leaderEpoch: fc.option(fc.nat()),
})

/** Groups whose offsets are for partitions of the state's topics. */
const state: fc.Arbitrary<LocalState> = fc
  .uniqueArray(topic, { maxLength: 3, selector: ({ name }) => name })
  .chain((unsorted) => {
    const topics = unsorted.toSorted(byName)
    const places = topics.flatMap(({ name, logs }) =>
      logs.map((_, partition) => ({ topic: name, partition })),
    )
    const offsets = fc
      .array(fc.option(committed), { minLength: places.length, maxLength: places.length })
      .map((list) =>
        list.flatMap((given, i) => (given === null ? [] : [{ ...places[i]!, ...given }])),
      )
    const group = fc.record({ name: fc.string({ minLength: 1 }), offsets })
    const groups = fc.uniqueArray(group, { maxLength: 3, selector: ({ name }) => name })
    return groups.map((list) => ({
      topics,
      groups: list.filter(({ offsets }) => offsets.length > 0).sort(byName),
    }))
  })

describe('the document of an embedded cluster', () => {
  it('says all of a state: reading it gives the state again', () => {
    fc.assert(
      fc.property(state, (state) => {
        const document = JSON.parse(JSON.stringify(stateDocument(state, 'p')))
        expect(parseLocalState(document)).toEqual(state)
      }),
      { numRuns: 200 },
    )
  })
})
