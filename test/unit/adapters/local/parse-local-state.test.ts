import { describe, expect, it } from 'vitest'
import { parseLocalState } from '../../../../src/adapters/local/parse-local-state.ts'

/** The error of a document that cannot be read. */
function problemOf(document: unknown): { message: string; suggestions: readonly string[] } {
  try {
    parseLocalState(document)
  } catch (error) {
    const { message, suggestions, category } = error as never
    expect(category).toBe('usage')
    return { message, suggestions }
  }
  throw new Error('the document was accepted')
}

const topics = { user_events: { partitions: 2 } }
const text = (bytes: Uint8Array | null | undefined) =>
  bytes === null || bytes === undefined ? bytes : Buffer.from(bytes).toString()

describe('parseLocalState', () => {
  it('reads what the command line page shows', () => {
    const state = parseLocalState({
      topics: { T: { partitions: 2, ranges: { '0': { start: 100, end: '2000' } } } },
      groups: { G: { T: { '0': 1000, '1': { offset: '7', metadata: 'm', leaderEpoch: 0 } } } },
    })
    expect(state.topics).toEqual([
      {
        name: 'T',
        logs: [
          { start: 100n, end: 2000n, messages: [] },
          { start: 0n, end: 0n, messages: [] },
        ],
      },
    ])
    expect(state.groups).toEqual([
      {
        name: 'G',
        offsets: [
          { topic: 'T', partition: 0, offset: 1000n, metadata: '', leaderEpoch: null },
          { topic: 'T', partition: 1, offset: 7n, metadata: 'm', leaderEpoch: 0 },
        ],
      },
    ])
  })

  it('takes no offset at all from null, and 0 from 0', () => {
    const groups = { a: { user_events: { '0': null, '1': 0 } }, b: { user_events: { '0': null } } }
    const state = parseLocalState({ topics, groups })
    expect(state.groups.map(({ name, offsets }) => [name, offsets.length])).toEqual([['a', 1]])
    expect(state.groups[0]?.offsets[0]).toMatchObject({ partition: 1, offset: 0n })
  })

  it('gives messages the offsets and partitions that are left out', () => {
    const messages = [
      { partition: 1, key: 'a' },
      { partition: 1, key: 'b', offset: 7 },
      { partition: 1, key: 'c' },
      { key: '0' },
      { key: null },
      {},
    ]
    const ranges = { '1': { start: 5 } }
    const [topic] = parseLocalState({ topics: { t: { partitions: 2, ranges, messages } } }).topics
    const [zero, one] = topic!.logs
    expect(one?.messages.map(({ key, offset }) => [text(key), offset])).toEqual([
      ['a', 5n],
      ['b', 7n],
      ['c', 8n],
      [null, 9n],
    ])
    expect(one).toMatchObject({ start: 5n, end: 10n })
    // murmur2("0") puts it into partition 0 of 2; the two without a key take turns.
    expect(zero?.messages.map(({ key }) => text(key))).toEqual(['0', null])
  })

  it('keeps null, empty text and bytes apart; JSON values stand for their text', () => {
    const messages = [
      { partition: 0, key: '', value: null },
      { partition: 0, keyBase64: '/w==', value: { a: [1] } },
      { partition: 0, key: null, valueBase64: '' },
    ]
    const log = parseLocalState({ topics: { t: { partitions: 1, messages } } }).topics[0]?.logs[0]
    expect(log?.messages.map(({ key, value }) => [key, text(value)])).toEqual([
      [new Uint8Array(0), null],
      [Uint8Array.of(255), '{"a":[1]}'],
      [null, ''],
    ])
  })

  it('reads headers as a list, where a name may come twice, and as an object', () => {
    const messages = [
      { partition: 0, headers: [{ name: 'a', value: '1' }, { name: 'a' }] },
      { partition: 0, headers: { a: '1' } },
    ]
    const log = parseLocalState({ topics: { t: { partitions: 1, messages } } }).topics[0]?.logs[0]
    const [first, second] = log!.messages
    expect(first?.headers?.map(({ name, value }) => [name, text(value)])).toEqual([
      ['a', '1'],
      ['a', null],
    ])
    expect(second?.headers).toHaveLength(1)
  })

  it.each([
    [
      { topics, groups: { analytics: { user_events: { '0': -1 } } } },
      'groups.analytics.user_events."0": must be an offset, not -1',
    ],
    [
      { topics, groups: { 'a.b': { user_events: { '0': '0x10' } } } },
      'groups."a.b".user_events."0": must be an offset, not "0x10"',
    ],
    [
      { topics, groups: { analytics: { user_events: { '0': 1.5 } } } },
      'groups.analytics.user_events."0": must be an offset, not 1.5',
    ],
    [
      { topics, groups: { analytics: { user_events: { '2': 5 } } } },
      'groups.analytics.user_events."2": topic user_events has no partition 2',
    ],
    [
      { topics, groups: { analytics: { user_event: { '0': 5 } } } },
      'groups.analytics.user_event: there is no topic user_event',
    ],
    [
      { topics, groups: { analytics: { user_events: { '0': { metadata: 'm' } } } } },
      'groups.analytics.user_events."0": needs an offset',
    ],
    [
      { topics: { 'a/b': { partitions: 1 } } },
      'topics."a/b": "a/b" cannot name a topic: only letters, digits, ".", "_" and "-" can',
    ],
    [{ topics: { t: {} } }, 'topics.t: needs "partitions", the number of them'],
    [
      { topics: { t: { partitions: 0 } } },
      'topics.t.partitions: must be a whole number of at least 1, not 0',
    ],
    [
      { topics: { t: { partitions: 1, messages: [{ partition: 0 }, { partition: 1 }] } } },
      'topics.t.messages[1]: there is no partition 1',
    ],
    [
      { topics: { t: { partitions: 1, messages: [{ key: 14 }] } } },
      'topics.t.messages[0].key: must be text, not a number',
    ],
    [
      { topics: { t: { partitions: 1, messages: [{ key: 'a', keyBase64: 'YQ==' }] } } },
      'topics.t.messages[0].keyBase64: is given as text and as base64 at once',
    ],
    [
      { topics: { t: { partitions: 1, messages: [{ valueBase64: 'YQ' }] } } },
      'topics.t.messages[0].valueBase64: must be base64, not "YQ"',
    ],
    [
      { topics: { t: { partitions: 1, messages: [{ offset: 5 }, { offset: 5 }] } } },
      'topics.t.messages[1]: offset 5 comes where 6 or more is due',
    ],
    [
      { topics: { t: { partitions: 1, ranges: { '0': { start: 9, end: 8 } } } } },
      'topics.t.ranges."0".end: must be at least 9, after what the log holds',
    ],
    [{ kind: 'offset-plan' }, 'kind: must be "local-state", not "offset-plan"'],
    [{ version: 2 }, 'version: must be 1'],
    [[], 'the document: must be an object, not a list'],
  ])('names the place of what is wrong: %j', (document, message) => {
    expect(problemOf(document).message).toBe(message)
  })

  it('suggests what may have been meant', () => {
    expect(problemOf({ topcs: {} }).suggestions).toEqual(['Did you mean topics?'])
    const groups = { g: { user_event: { '0': 1 } } }
    expect(problemOf({ topics, groups }).suggestions).toEqual(['Did you mean user_events?'])
    const far = { g: { user_events: { '9': 1 } } }
    expect(problemOf({ topics, groups: far }).suggestions).toEqual(['Its partitions are 0 to 1.'])
    const messages = [{ key: 14 }]
    const numeric = { topics: { t: { partitions: 1, messages } } }
    expect(problemOf(numeric).suggestions).toEqual(['Write "14".'])
  })
})
