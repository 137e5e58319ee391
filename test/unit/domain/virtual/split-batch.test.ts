import { describe, expect, it } from 'vitest'
import type { Message } from '../../../../src/domain/model/message.ts'
import { partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { customReducer, reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import type { Partitioner, Reducer, VirtualKey } from '../../../../src/domain/routing/types.ts'
import {
  type Splitting,
  splitBatch,
  splitByGroups,
} from '../../../../src/domain/virtual/split-batch.ts'
import { messagesOf } from '../../../support/virtual/messages.ts'

const byKey = partitionerNamed('key', { seed: 0 })
const byteSum = reducerNamed('byte-sum')

const partitionerOf = (keyOf: (message: Message) => VirtualKey): Partitioner => ({
  name: 'test',
  readsKeyOnly: false,
  preferredReducer: null,
  keyOf,
})

const slots = (keys: readonly (string | null)[], splitting: Partial<Splitting> = {}) =>
  splitBatch(messagesOf(keys), {
    maxPartitions: 5,
    distribution: 'consistent',
    partitioner: byKey,
    reducer: byteSum,
    ...splitting,
  })

describe('splitting a batch', () => {
  it('V3: a message goes to the slot of its key, no key to slot 0 (R2)', () => {
    expect(slots(['0', '5', '14', '23', null])).toEqual({ slots: [3, 3, 1, 1, 0], error: null })
  })

  it('V1: as many slots as there are to be; with one all go there', () => {
    expect(slots(['0', '5', '14'], { maxPartitions: 1 }).slots).toEqual([0, 0, 0])
    expect(slots(['0', '1', '2'], { maxPartitions: 1000 }).slots).toEqual([48, 49, 50])
  })

  it('R1: the partitioner is called once per message, in log order', () => {
    const seen: (bigint | null)[] = []
    const partitioner = partitionerOf(({ offset }) => {
      seen.push(offset)
      return String(offset)
    })
    slots(['a', 'b', 'c'], { partitioner })
    expect(seen).toEqual([0n, 1n, 2n])
  })

  it.each<[string, Partial<Splitting>]>([
    ['a partitioner that throws', { partitioner: throwing(2) }],
    ['a reducer that throws', { reducer: customReducer('bad', throwingAt(2)) }],
    ['a slot out of range (R4)', { reducer: customReducer('bad', () => 7) }],
    ['a promise as a key', { partitioner: partitionerOf(() => Promise.resolve() as never) }],
    ['no number as a slot', { reducer: wholeReducer(Number.NaN) }],
    ["a slot out of range of a reducer of the user's own", { reducer: wholeReducer(5) }],
    ['a negative one', { reducer: wholeReducer(-1) }],
    ['a fraction', { reducer: wholeReducer(0.5) }],
    ['an error of the key alone', { partitioner: byKey, reducer: wholeReducer(9) }],
    ['balanced: a partitioner that throws', { partitioner: throwing(3), distribution: 'balanced' }],
  ])('V2: %s puts the whole batch into VP 0', (_what, splitting) => {
    const { slots: given, error } = slots(['1', '2', '3', '4'], {
      partitioner: partitionerOf(({ key }) => key),
      ...splitting,
    })
    expect(given).toEqual([0, 0, 0, 0])
    expect(error).toBeInstanceOf(Error)
  })

  it.each([null, undefined, 0, ''])('V2: an error is told, even if %j was thrown', (thrown) => {
    const partitioner = partitionerOf(() => {
      throw thrown
    })
    expect(slots(['1'], { partitioner }).error).not.toBe(null)
  })

  it('V3: balanced takes the largest group first, and keeps a key together', () => {
    const keys = ['a', 'b', 'b', 'c', 'b', 'c', null, 'a', 'd']
    const given = slots(keys, { distribution: 'balanced', maxPartitions: 2 }).slots
    expect(given).toEqual([1, 0, 0, 1, 0, 1, 0, 1, 0])
  })

  it('V3: balanced takes a number and its text for one key, and keys of any length', () => {
    const keys: VirtualKey[] = [5, '5', 5n, 'x'.repeat(300_000), 'x'.repeat(300_000), '6']
    const partitioner = partitionerOf(({ offset }) => keys[Number(offset)])
    const names = keys.map(() => 'any')
    const split = slots(names, { distribution: 'balanced', partitioner })
    expect(split).toEqual({ slots: [0, 0, 0, 1, 1, 2], error: null })
  })
})

describe('the groups of a batch partitioner', () => {
  const messages = messagesOf(['a', 'b', 'c', 'd'])
  const [a, b, c, d] = messages as [Message, Message, Message, Message]

  it('V4: group i is VP i', () => {
    expect(splitByGroups(messages, () => [[b], [], [a, c, d]])).toEqual({
      slots: [2, 0, 2, 2],
      error: null,
    })
  })

  it('V4: slices of at most two messages', () => {
    const slices = [messages.slice(0, 2), messages.slice(2)]
    expect(splitByGroups(messages, () => slices).slots).toEqual([0, 0, 1, 1])
  })

  it.each<[string, () => unknown]>([
    [
      'a message twice',
      () => [
        [a, b],
        [b, c, d],
      ],
    ],
    ['a message left out', () => [[a, b], [c]]],
    ['a message of its own', () => [[a, b, c, d, ...messagesOf(['e'])]]],
    [
      'a group that does not ascend',
      () => [
        [b, a],
        [c, d],
      ],
    ],
    ['no groups', () => undefined],
    ['groups that are none', () => [1, 2]],
    ['a promise', () => Promise.resolve([messages])],
    [
      'an error',
      () => {
        throw new Error('load unknown')
      },
    ],
  ])('V4: %s makes the whole batch VP 0 (V2)', (_what, groupsOf) => {
    const split = splitByGroups(messages, groupsOf as () => readonly Message[][])
    expect(split.slots).toEqual([0, 0, 0, 0])
    expect(split.error).toBeInstanceOf(Error)
  })
})

function throwing(at: number): Partitioner {
  return partitionerOf(({ key, offset }) => {
    if (offset === BigInt(at)) throw new Error('no key')
    return key
  })
}

function throwingAt(text: number): () => number {
  let calls = 0
  return () => {
    if (++calls === text) throw new Error('no slot')
    return 1
  }
}

function wholeReducer(slot: number): Reducer {
  return { ...byteSum, name: 'own', slotOf: () => slot, slotOfBytes: () => slot }
}
