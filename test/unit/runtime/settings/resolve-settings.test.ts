import { describe, expect, it } from 'vitest'
import { resolveSettings } from '../../../../src/runtime/settings/resolve-settings.ts'
import { topicFor } from '../../../../src/runtime/settings/resolved-settings.ts'
import {
  eachMessage,
  problemOf,
  problemsOf,
  settings,
  source,
  topicOf,
} from './settings-examples.ts'

const clock = { now: () => 0, after: () => () => {} }

describe('resolved settings', () => {
  it('have every default', () => {
    const given = settings()
    const { topics, source: kept, ...rest } = resolveSettings(given)
    expect(kept).toBe(given.source)
    expect(rest).toEqual({
      group: 'analytics',
      concurrency: 5,
      segments: null,
      exclusions: null,
      startFrom: 'earliest',
      commitIntervalMs: 5000,
      shutdownTimeoutMs: 60_000,
      revocationTimeoutMs: 20_000,
      clock: undefined,
    })
    expect(topics).toEqual([
      {
        topic: 'orders',
        handler: { kind: 'each-message', run: eachMessage },
        execution: 'inline',
        virtual: null,
        metadataStrategy: 'exact',
        deadLetters: null,
        manualOffsets: false,
        maxMessages: 100,
        maxWaitMs: 0,
        pause: { timeoutMs: 1000, maxTimeoutMs: 30_000, exponential: true },
        throttle: null,
        delay: null,
        expire: null,
        deserializer: expect.any(Function),
      },
    ])
  })

  it('keep what was given, and topics inherit setting by setting', () => {
    const rest = { maxMessages: 10, pause: { timeoutMs: 5, exponential: false }, clock }
    const [orders] = resolveSettings(settings({ pause: { maxTimeoutMs: 7 } }, rest)).topics
    expect(orders).toMatchObject({
      maxMessages: 10,
      maxWaitMs: 0,
      pause: { timeoutMs: 5, maxTimeoutMs: 7, exponential: false },
    })
    expect(topicOf({ maxMessages: 3, maxWaitMs: 20 }, rest)).toMatchObject({
      maxMessages: 3,
      maxWaitMs: 20,
    })
    expect(topicOf({}, rest).pause).toMatchObject({ timeoutMs: 5, exponential: false })
    expect(resolveSettings(settings({}, rest)).clock).toBe(clock)
  })

  it('E2: a pause longer than the default longest one is the longest', () => {
    expect(topicOf({ pause: { timeoutMs: 40_000 } }).pause.maxTimeoutMs).toBe(40_000)
    expect(problemOf({ pause: { timeoutMs: 40_000, maxTimeoutMs: 30_000 } })).toBe(
      'topics[0].pause.maxTimeoutMs is 30000; give at least timeoutMs, which is 40000',
    )
    const inherited = { pause: { maxTimeoutMs: 2000 } }
    expect(problemOf({ pause: { timeoutMs: 3000 } }, inherited)).toBe(
      'topics[0].pause.timeoutMs is 3000; give at most maxTimeoutMs, which is 2000',
    )
    expect(problemOf({ pause: { timeoutMs: 0 } })).toMatch(/^topics\[0\]\.pause\.timeoutMs is 0;/)
  })

  it('are refused with everything that is wrong, each with path, what was given, what may be', () => {
    const wrong = {
      concurrency: 0,
      startFrom: 'begining',
      commitIntervalMs: Number.NaN,
      shutdownTimeoutMs: 2 ** 31,
      comitIntervalMs: 3,
      source: {},
      group: '',
      clock: {},
    }
    const topic = {
      maxMessages: 1.5,
      maxWaitMs: -1,
      throttle: { limit: '3' },
      deserializer: 'json',
    }
    expect(problemsOf(settings(topic, wrong))).toEqual([
      'comitIntervalMs is no setting. Did you mean commitIntervalMs?',
      'group is ""; give a text that is not empty',
      'concurrency is 0; give an integer of at least 1',
      'source is an object; give where partitions come from: a ConsumerSource',
      'topics[0].maxMessages is 1.5; give an integer of at least 1',
      'topics[0].maxWaitMs is -1; give milliseconds from 0 to 2147483647',
      'topics[0].throttle.limit is "3"; give an integer of at least 1',
      'topics[0].throttle.intervalMs is missing; give milliseconds from 1 to 2147483647',
      'topics[0].deserializer is "json"; give a function (message) => payload',
      'startFrom is "begining"; give "earliest" or "latest" or "fail"',
      'commitIntervalMs is NaN; give milliseconds from 0 to 2147483647',
      'shutdownTimeoutMs is 2147483648; give milliseconds from 0 to 2147483647',
      'clock is an object; give a clock with now() and after(ms, run)',
    ])
  })

  it('are refused where an object is something else, without what follows from it', () => {
    expect(problemsOf(null as never)).toEqual(['settings is null; give an object'])
    expect(problemsOf(settings({ pause: 5, virtualPartitions: [], delay: true }))).toEqual([
      'topics[0].pause is 5; give an object',
      'topics[0].virtualPartitions is an empty list; give an object',
      'topics[0].delay is true; give an object',
    ])
    expect(problemOf({}, { topics: [7] })).toBe('topics[0] is 7; give an object')
  })

  it('are refused with names that are none, at any depth', () => {
    const lines = problemsOf(
      settings({ virtualPartitions: { maxPartition: 3 }, deadLetterQue: {}, zzzzzzzz: 1 }),
    )
    expect(lines).toEqual([
      'topics[0].deadLetterQue is no setting. Did you mean deadLetterQueue?',
      expect.stringMatching(/^topics\[0\]\.zzzzzzzz is no setting\. There are consumer, .*topic,/),
      'topics[0].virtualPartitions.maxPartition is no setting. Did you mean maxPartitions?',
    ])
  })

  it('L7: an age is a duration of any length; a delay ends before messages expire', () => {
    const year = 365 * 86_400_000
    expect(topicOf({ expire: { ageMs: year }, delay: { ageMs: 5 } })).toMatchObject({
      expire: { ageMs: year },
      delay: { ageMs: 5 },
    })
    expect(problemOf({ expire: { ageMs: 5 }, delay: { ageMs: 5 } })).toMatch(/^topics\[0\]\.delay /)
    expect(problemOf({ expire: { ageMs: Number.POSITIVE_INFINITY } })).toBe(
      'topics[0].expire.ageMs is Infinity; give milliseconds, 0 or more',
    )
  })
})

describe('topics', () => {
  const topics = (...names: readonly unknown[]) => ({
    topics: names.map((topic) => ({ topic, eachMessage })),
  })

  it('are not empty', () => {
    expect(problemOf({}, { topics: [] })).toBe(
      'topics is an empty list; give a list of at least one { topic, .. }',
    )
    expect(problemOf({ topic: '' })).toMatch(/^topics\[0\]\.topic is ""/)
  })

  it('are given once', () => {
    expect(problemOf({}, topics('a', 'b', 'a'))).toBe(
      'topics[2].topic is a, as topics[0].topic; give it once',
    )
    expect(problemOf({}, topics(/a/, /a/))).toMatch(/^topics\[1\]\.topic is \/a\//)
  })

  it('have patterns that match the same each time', () => {
    expect(problemOf({ topic: /a/g })).toMatch(/^topics\[0\]\.topic is \/a\/g; .* g and y/)
  })

  it('are found by name first, then by the first pattern', () => {
    const resolved = resolveSettings(settings({}, topics(/^o/, /^or/, 'orders'))).topics
    expect(topicFor(resolved, 'orders')).toBe(resolved[2])
    expect(topicFor(resolved, 'orbit')).toBe(resolved[0])
    expect(topicFor(resolved, 'payments')).toBeNull()
  })
})

describe('the default deserializer', () => {
  const { deserializer } = topicOf({}, { source: source() })
  const message = (value: Uint8Array | null) => ({
    topic: 'orders',
    partition: 1,
    offset: 7n,
    key: null,
    value,
    headers: [],
    timestamp: null,
  })

  it('reads JSON, and a tombstone as null', () => {
    expect(deserializer(message(Buffer.from('{"a":"ü"}')))).toEqual({ a: 'ü' })
    expect(deserializer(message(null))).toBeNull()
  })

  it('says which message is none', () => {
    const none = 'the value of orders partition 1 offset 7 is not JSON'
    expect(() => deserializer(message(Buffer.from('{')))).toThrow(none)
    expect(() => deserializer(message(Buffer.from([34, 255, 34])))).toThrow(none)
  })
})
