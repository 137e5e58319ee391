import { describe, expect, it } from 'vitest'
import type { Message } from '../../../../src/domain/model/message.ts'
import { partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import { Consumer } from '../../../../src/runtime/consumer.ts'
import type { ResolvedVirtual } from '../../../../src/runtime/settings/resolved-settings.ts'
import {
  eachMessage,
  type Loose,
  problemOf,
  problemsOf,
  settings,
  source,
  topicOf,
} from './settings-examples.ts'

class Orders extends Consumer {
  consume() {}
}
const message = (key: string): Message => ({
  topic: 'orders',
  partition: 0,
  offset: 0n,
  key: Buffer.from(key),
  value: null,
  headers: [],
  timestamp: null,
})
const virtual = (given: Loose, rest: Loose = {}): ResolvedVirtual =>
  topicOf({ virtualPartitions: given }, rest).virtual!
const virtualProblem = (given: Loose) => problemOf({ virtualPartitions: given })

describe('who consumes a topic', () => {
  const who = (given: Loose) => ({ eachMessage: undefined, ...given })

  it('is a class, a function for each message, or one for each batch', () => {
    expect(topicOf(who({ consumer: Orders })).handler).toEqual({ kind: 'class', consumer: Orders })
    expect(topicOf({}).handler).toEqual({ kind: 'each-message', run: eachMessage })
    const eachBatch = () => {}
    expect(topicOf(who({ eachBatch })).handler).toEqual({ kind: 'each-batch', run: eachBatch })
  })

  it('is exactly one of them', () => {
    expect(problemOf(who({}))).toBe(
      'topics[0] has no consumer; give one of consumer, eachMessage, eachBatch',
    )
    expect(problemOf({ consumer: Orders })).toBe(
      'topics[0] has consumer and eachMessage; give exactly one of them',
    )
  })

  it('is a class that consumes', () => {
    class Duck {
      consume() {}
    }
    class Method extends Consumer {
      override consume() {}
    }
    class Field extends Consumer {
      override consume = () => {}
    }
    for (const consumer of [Method, Field]) {
      expect(topicOf(who({ consumer })).handler).toEqual({ kind: 'class', consumer })
    }
    for (const consumer of [Duck, class {}, () => {}, new Orders()]) {
      expect(problemOf(who({ consumer }))).toMatch(
        /^topics\[0\]\.consumer is .*; give a class that extends Consumer, with consume\(\)$/,
      )
    }
  })

  it('is a module where threads run it, and only there', () => {
    const module = { file: 'file:///app/orders.js' }
    const threads = who({ execution: 'threads', module })
    expect(topicOf(threads)).toMatchObject({
      execution: 'threads',
      handler: { kind: 'module', file: 'file:///app/orders.js', export: 'default' },
    })
    const path = { file: '/app/orders.js', export: 'Orders' }
    expect(topicOf({ ...threads, module: path }).handler).toEqual({ kind: 'module', ...path })
    expect(problemOf(who({ module }))).toBe('topics[0].module is for execution "threads" only')
    expect(problemOf(who({ execution: 'threads' }))).toMatch(/^topics\[0\]\.module is missing;/)
    expect(problemOf({ execution: 'threads', module })).toMatch(/^topics\[0\]\.eachMessage cannot/)
    expect(problemOf({ ...threads, deserializer: () => 1 })).toBe(
      'topics[0].deserializer cannot go to another thread; export it as deserializer from the module',
    )
    expect(problemOf({ ...threads, module: { file: 'orders.js' } })).toMatch(
      /^topics\[0\]\.module\.file is "orders.js"; give an absolute path/,
    )
  })
})

describe('virtual partitions', () => {
  it('V1: maxPartitions is the concurrency unless told otherwise, and may exceed it', () => {
    expect(virtual({}, { concurrency: 7 }).maxPartitions).toBe(7)
    expect(virtual({ maxPartitions: 100 }).maxPartitions).toBe(100)
    expect(virtualProblem({ maxPartitions: 0 })).toBe(
      'topics[0].virtualPartitions.maxPartitions is 0; give an integer from 1 to 2147483648',
    )
  })

  it('V3, V7, O6: have their defaults, and keep what is given', () => {
    expect(virtual({})).toMatchObject({
      distribution: 'consistent',
      partitioner: partitionerNamed('key', { seed: 1 }),
      reducer: reducerNamed('byte-sum'),
      batchPartitioner: null,
      overlap: false,
      maxInFlight: 10_000,
    })
    expect(virtual({ overlap: true, maxInFlight: 4 })).toMatchObject({
      overlap: true,
      maxInFlight: 4,
    })
    const current = { virtualPartitions: { offsetMetadataStrategy: 'current' } }
    expect(topicOf(current).metadataStrategy).toBe('current')
  })

  it('R5: round robin deals over the virtual partitions, and brings its reducer', () => {
    const { partitioner, reducer } = virtual({ partitioner: 'round-robin', maxPartitions: 3 })
    expect(reducer!.name).toBe('identity')
    const slots = Array.from({ length: 5 }, () => partitioner!.keyOf(message('k')))
    expect(slots).toEqual([1, 2, 0, 1, 2])
    expect(virtual({ partitioner: 'round-robin', reducer: 'md5' }).reducer!.name).toBe('md5')
  })

  it('R1: each time settings are resolved partitioners begin afresh', () => {
    const first = () => virtual({ partitioner: 'random' }).partitioner!
    expect(first()).not.toBe(first())
    expect(first().keyOf(message('a'))).toBe(first().keyOf(message('a')))
  })

  it('R1, R2: take functions and whole partitioners and reducers', () => {
    const { partitioner, reducer } = virtual({
      partitioner: function shop() {
        return 'x'
      },
      reducer: (key: string) => key.length,
    })
    expect([partitioner!.name, partitioner!.keyOf(message('a'))]).toEqual(['shop', 'x'])
    expect([reducer!.name, reducer!.slotOf('abc', 5)]).toEqual(['reducer', 3])
    const whole = { partitioner: partitionerNamed('hourly', { seed: 1 }) }
    expect(virtual(whole)).toMatchObject({ ...whole, reducer: { name: 'identity' } })
    const md5 = reducerNamed('md5')
    expect(virtual({ reducer: md5 }).reducer).toBe(md5)
  })

  it('R3, R5: say what there is instead of what is not', () => {
    expect(virtualProblem({ partitioner: 'headr:a' })).toMatch(
      /^topics\[0\]\.virtualPartitions\.partitioner is "headr:a": there is no .*Did you mean header/,
    )
    expect(virtualProblem({ reducer: 'md' })).toMatch(/\.reducer is "md": .*Did you mean .*md5/)
    expect(virtualProblem({ partitioner: 'module:a.ts#b' })).toMatch(/give the function itself/)
    expect(virtualProblem({ partitioner: 5 })).toMatch(/is 5; give a spec such as "key"/)
    expect(virtualProblem({ reducer: {} })).toMatch(/is an object; give a name such as/)
    expect(virtualProblem({ partitioner: 'partition-id:5', maxPartitions: 5 })).toMatch(/slot 5/)
  })

  it('V4: a batch partitioner stands in for what splits by key', () => {
    const batchPartitioner = (messages: readonly Message[]) => [messages]
    expect(virtual({ batchPartitioner })).toMatchObject({ batchPartitioner, maxPartitions: null })
    const all = { partitioner: 'key', reducer: 'md5', maxPartitions: 3, distribution: 'balanced' }
    const lines = problemsOf(settings({ virtualPartitions: { batchPartitioner, ...all } }))
    expect(lines.map((line) => line.replace(/ .*/, ''))).toEqual(
      Object.keys(all).map((name) => `topics[0].virtualPartitions.${name}`),
    )
    expect(virtualProblem({ batchPartitioner: 5 })).toMatch(/^.*batchPartitioner is 5; give a func/)
  })

  it('V7: overlap goes with lanes that keep their keys alone', () => {
    const batchPartitioner = () => []
    expect(virtualProblem({ batchPartitioner, overlap: true })).toMatch(/overlap does not go with/)
    expect(virtualProblem({ distribution: 'balanced', overlap: true })).toMatch(
      /overlap does not go with distribution "balanced"/,
    )
    expect(virtualProblem({ maxInFlight: 5 })).toMatch(/^topics\[0\].*\.maxInFlight .* set overlap/)
  })
})

describe('dead letters', () => {
  const dead = (given: Loose, rest: Loose = {}) => ({
    deadLetterQueue: { topic: 'dead', ...given },
    ...rest,
  })

  it('D1, D5, D6, D7: have their defaults', () => {
    expect(topicOf(dead({})).deadLetters).toEqual({
      topic: 'dead',
      maxRetries: 3,
      independent: false,
      transactional: false,
      markAfterDispatch: true,
    })
    expect(topicOf(dead({ topic: false })).deadLetters!.topic).toBeNull()
    expect(problemOf(dead({ topic: true }))).toMatch(
      /deadLetterQueue\.topic is true; give the name/,
    )
  })

  it('D1: maxRetries 0 is refused with virtual partitions', () => {
    expect(topicOf(dead({ maxRetries: 0 })).deadLetters!.maxRetries).toBe(0)
    expect(topicOf(dead({ maxRetries: 1 }, { virtualPartitions: {} })).deadLetters).toMatchObject({
      maxRetries: 1,
    })
    expect(problemOf(dead({ maxRetries: 0 }, { virtualPartitions: {} }))).toMatch(
      /^topics\[0\]\.deadLetterQueue\.maxRetries is 0; give an integer of at least 1 with virtual/,
    )
    expect(problemOf(dead({ maxRetries: -1 }))).toMatch(/maxRetries is -1; give an integer of at/)
  })

  it('D7: transactions need a source that has them, a topic, and an offset to commit', () => {
    expect(topicOf(dead({ transactional: true })).deadLetters!.transactional).toBe(true)
    expect(problemOf(dead({ transactional: true }), { source: source(false) })).toBe(
      'topics[0].deadLetterQueue.transactional needs a source with transactions, which memory is not',
    )
    expect(problemOf(dead({ transactional: true, topic: false }))).toMatch(/needs a topic/)
    expect(problemOf(dead({ transactional: true, markAfterDispatch: false }))).toMatch(
      /does not go with markAfterDispatch: false/,
    )
  })

  it('D5: do not come round again', () => {
    expect(problemOf(dead({ topic: 'orders' }))).toMatch(
      /^topics\[0\]\.deadLetterQueue\.topic is "orders", which topics\[0\] consumes/,
    )
    const pattern = { topic: /^orders/, eachMessage, ...dead({ topic: 'orders.dead' }) }
    expect(problemOf({}, { topics: [{ topic: 'a', eachMessage }, pattern] })).toMatch(
      /^topics\[1\]\.deadLetterQueue\.topic is "orders\.dead", which topics\[1\] consumes/,
    )
  })
})
