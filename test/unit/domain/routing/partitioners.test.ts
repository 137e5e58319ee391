import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Message } from '../../../../src/domain/model/message.ts'
import { customPartitioner, partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import type { VirtualKey } from '../../../../src/domain/routing/types.ts'
import { RoutingError, UsageError } from '../../../../src/errors.ts'

const message = (fields: Partial<Message> = {}): Message => ({
  topic: 'orders',
  partition: 0,
  offset: 0n,
  key: Buffer.from('k'),
  value: null,
  headers: [],
  timestamp: null,
  ...fields,
})
const json = (text: string) => message({ value: Buffer.from(text) })
const header = (name: string, value: string | null) => ({
  name,
  value: value === null ? null : Buffer.from(value),
})
const options = { seed: 1, slots: 5 }
const named = (spec: string) => partitionerNamed(spec, options)
/** What a partitioner gives for that many messages. */
const dealt = (spec: string, count: number, given = options) => {
  const partitioner = partitionerNamed(spec, given)
  return Array.from({ length: count }, () => partitioner.keyOf(message()))
}
const tally = (keys: readonly VirtualKey[]) => {
  const groups = [...Map.groupBy(keys, String)]
  return Object.fromEntries(groups.map(([key, all]) => [key, all.length]))
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('key', () => {
  it('is the key itself, null included, and needs no message', () => {
    expect(named('key').readsKeyOnly).toBe(true)
    expect(named('key').keyOf(message({ key: null }))).toBeNull()
    expect(named('key').keyOf(message())).toEqual(Buffer.from('k'))
  })
})

describe('header:NAME', () => {
  it('takes the last header of the name', () => {
    const headers = [header('user', 'a'), header('User', 'c'), header('user', 'b')]
    expect(named('header:user').keyOf(message({ headers }))).toEqual(Buffer.from('b'))
  })

  it('gives no key where the header is missing or null', () => {
    expect(named('header:user').keyOf(message())).toBeNull()
    const headers = [header('user', 'a'), header('user', null)]
    expect(named('header:user').keyOf(message({ headers }))).toBeNull()
  })

  it('allows a colon in the name', () => {
    const headers = [header('a:b', 'x')]
    expect(named('header:a:b').keyOf(message({ headers }))).toEqual(Buffer.from('x'))
  })
})

describe('payload:/json/pointer', () => {
  it.each<[string, string, VirtualKey]>([
    ['/user/id', '{"user":{"id":"u1"}}', 'u1'],
    ['/user/id', '{"user":{"id":""}}', ''],
    ['/n', '{"n":12}', 12],
    ['/n', '{"n":0.25}', 0.25],
    ['/n', '{"n":9007199254740993}', 9007199254740993n],
    ['/n', '{"m":1e400,"n":-123456789012345678901234567890}', -123456789012345678901234567890n],
    ['/b', '{"b":false}', false],
    ['/items/1', '{"items":["a","b"]}', 'b'],
    ['/a~1b/~0', '{"a/b":{"~":"x"}}', 'x'],
    ['/~01', '{"~1":"x","/":"y"}', 'x'],
    ['/', '{"":"x"}', 'x'],
    ['', '"whole"', 'whole'],
    ['/n', '{"n":null}', null],
    ['/missing', '{"n":1}', null],
    ['/toString', '{"n":1}', null],
    ['/items/length', '{"items":["a"]}', null],
    ['/items/01', '{"items":["a","b"]}', null],
    ['/n/deeper', '{"n":"text"}', null],
  ])('%s of %s', (pointer, text, key) => {
    expect(named(`payload:${pointer}`).keyOf(json(text))).toEqual(key)
  })

  it('gives no key for a tombstone', () => {
    expect(named('payload:/n').keyOf(message())).toBeNull()
  })

  it.each<[string, string, Uint8Array]>([
    ['an object', '/n', Buffer.from('{"n":{}}')],
    ['an array', '/n', Buffer.from('{"n":[1]}')],
    ['what is not JSON', '/n', Buffer.from('{"n":')],
    ['an empty payload', '/n', Buffer.from('')],
    ['what is not UTF-8', '/n', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a number beyond all bounds', '/n', Buffer.from('{"n":1e400}')],
  ])('throws for %s', (_what, pointer, value) => {
    expect(() => named(`payload:${pointer}`).keyOf(message({ value }))).toThrow(RoutingError)
  })

  it.each(['payload:user', 'payload:/a~2'])('refuses %s, which is no pointer', (spec) => {
    expect(() => named(spec)).toThrow(UsageError)
  })
})

describe('partitioners that deal', () => {
  it('random: the same seed deals the same again, another seed does not', () => {
    expect(dealt('random', 50)).toEqual(dealt('random', 50))
    expect(dealt('random', 50)).not.toEqual(dealt('random', 50, { seed: 2, slots: 5 }))
    // 10,000 draws: a slot beyond 2,000 +- 200 would be five standard deviations off.
    for (const count of Object.values(tally(dealt('random', 10_000)))) {
      expect(Math.abs(count - 2000)).toBeLessThan(200)
    }
  })

  it('round-robin: in turn, from slot seed mod n', () => {
    expect(dealt('round-robin', 7)).toEqual([1, 2, 3, 4, 0, 1, 2])
    expect(dealt('round-robin', 3, { seed: 0, slots: 5 })).toEqual([0, 1, 2])
  })

  it('round-robin over 16 slots fills only 10 with byte-sum, all with its own reducer (R5)', () => {
    const slots = (reducer: string) => {
      const { slotOf } = reducerNamed(reducer)
      const keys = dealt('round-robin', 160, { seed: 0, slots: 16 })
      return new Set(keys.map((key) => slotOf(key, 16))).size
    }
    expect(slots('byte-sum')).toBe(10)
    expect(slots(named('round-robin').preferredReducer!)).toBe(16)
  })

  it('partition-id:N: always N', () => {
    expect(dealt('partition-id:3', 2)).toEqual([3, 3])
  })

  it('weighted: 70 of 100 to the first set, 30 to the second, evenly inside a set', () => {
    expect(tally(dealt('weighted:0-1=70,2-4=30', 1000))).toEqual({
      ...{ 0: 350, 1: 350 },
      ...{ 2: 100, 3: 100, 4: 100 },
    })
    expect(tally(dealt('weighted:0+4=1,1=1', 8))).toEqual({ 0: 2, 4: 2, 1: 4 })
  })

  it('priority: urgent messages to slot 0, the others in turn to the rest', () => {
    const partitioner = named('priority:/p=high,now')
    const keys = ['{"p":"high"}', '{"p":"low"}', '{}', 'broken', '{"p":"now"}', '{"p":{}}', '1']
    expect(keys.map((text) => partitioner.keyOf(json(text)))).toEqual([0, 1, 2, 3, 0, 4, 1])
    expect(partitioner.keyOf(message())).toBe(2)
    const two = named('priority:/p=high@0+4')
    const high = () => two.keyOf(json('{"p":"high"}'))
    expect([high(), high(), high(), two.keyOf(json('{}'))]).toEqual([0, 4, 0, 1])
  })

  it('hourly: the hour in UTC, wherever it runs', () => {
    vi.stubEnv('TZ', 'Asia/Kathmandu')
    const timestamp = Date.parse('2026-11-21T23:59:59.999+02:00')
    expect(named('hourly').keyOf(message({ timestamp }))).toBe(21)
    expect(() => named('hourly').keyOf(message())).toThrow(RoutingError)
  })

  it('keep their state to themselves: each one starts anew', () => {
    const first = named('round-robin')
    first.keyOf(message())
    expect(named('round-robin').keyOf(message())).toBe(1)
  })

  it.each([
    'partition-id:5',
    'partition-id:x',
    'weighted:0-5=1',
    'weighted:0-1',
    'weighted:1-0=3',
    'weighted:0=0',
    'priority:/p',
    'priority:p=high',
    'priority:/p=high@0-4',
    'priority:/p=high@9',
    'header:',
    'key:a',
    'random:3',
    'header',
    '',
    'constructor',
  ])('%s is refused over 5 slots', (spec) => {
    expect(() => named(spec)).toThrow(UsageError)
  })

  it.each(['random', 'round-robin', 'priority:/p=high'])('%s needs to know the slots', (spec) => {
    expect(() => partitionerNamed(spec, { seed: 1 })).toThrow('how many')
  })

  it('an unknown name gets the near one and the whole list', () => {
    expect(() => named('roundrobin')).toThrow(
      expect.objectContaining({
        code: 'routing.unknown-partitioner',
        suggestions: ['Did you mean round-robin?', expect.stringContaining('header:NAME')],
      }),
    )
  })
})

describe('customPartitioner', () => {
  it('hands the message over and gives what comes back', () => {
    const partitioner = customPartitioner('mine', ({ topic }) => `${topic}!`)
    expect(partitioner.keyOf(message())).toBe('orders!')
    expect(partitioner.preferredReducer).toBeNull()
  })

  it('turns what the function throws into a RoutingError with the cause', () => {
    const cause = new TypeError('no user')
    const partitioner = customPartitioner('mine', () => {
      throw cause
    })
    expect(() => partitioner.keyOf(message())).toThrow(
      expect.objectContaining({ code: 'routing.partitioner-threw', cause }),
    )
  })

  it('refuses a promise', () => {
    const partitioner = customPartitioner('mine', (async () => 'a') as never)
    expect(() => partitioner.keyOf(message())).toThrow('promise')
  })
})
