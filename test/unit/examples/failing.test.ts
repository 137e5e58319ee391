import { describe, expect, it } from 'vitest'
import { settings as deadLetters, states } from '../../../examples/dead-letters.ts'
import { settings as combined, handled } from '../../../examples/segments-and-lanes.ts'
import { ExampleRun } from '../../support/runtime/example-run.ts'

describe('examples of messages that fail', () => {
  it('dead-letters: D2, D3, D4: the one that fails leaves after a collapsed retry, no other', async () => {
    const run = new ExampleRun('orders_states', 'dead_messages')
    run.write('orders_states', [
      { headers: { order_id: 'a' }, value: { state: 'paid' } },
      { key: 'nameless', headers: { trace: 'x' }, value: { state: 'paid' } },
      { headers: { order_id: 'b' }, value: { state: 'paid' } },
      { headers: { order_id: 'a' }, value: { state: 'sent' } },
    ])
    await run.start(deadLetters)
    await run.finish()
    expect([...states].sort()).toEqual([
      ['a', 'sent'],
      ['b', 'paid'],
    ])
    expect(run.log('dead_messages')).toEqual([
      {
        key: 'nameless',
        headers: {
          trace: 'x',
          source_topic: 'orders_states',
          source_partition: '0',
          source_offset: '1',
          source_consumer_group: 'order-states',
          source_attempts: '2',
          source_error: 'TypeError: no order_id',
        },
      },
    ])
    expect(run.committed('orders_states', 'order-states')).toBe(4)
  })

  it('segments-and-lanes: P2, P5, D4: a segment per category, a lane per user, a letter by its segment', async () => {
    const run = new ExampleRun('high_volume_data', 'failed_messages')
    const categories = ['music', 'books', 'films', 'games']
    run.write(
      'high_volume_data',
      Array.from({ length: 120 }, (_, i) => ({
        headers: { category: categories[i % 4]!, user_id: `user-${i % 30}` },
        value: i === 17 ? null : { i },
      })),
    )
    await run.start(combined)
    await run.finish(120_000)
    expect(handled).toHaveLength(119)
    const placed = (of: (each: (typeof handled)[number]) => string) =>
      Object.values(Object.groupBy(handled, of)).map(
        (each) => new Set(each!.map(({ segment }) => segment)).size,
      )
    expect(placed(({ category }) => category)).toEqual([1, 1, 1, 1])
    const lanesOf = (segment: number) =>
      new Set(handled.filter((each) => each.segment === segment).map(({ lane }) => lane)).size
    expect([lanesOf(0), lanesOf(1)]).toEqual([4, 4])
    const groups = ['high_throughput-parallel-0', 'high_throughput-parallel-1']
    const segment = handled.find(({ category }) => category === categories[17 % 4])!.segment
    expect(run.log('failed_messages')).toMatchObject([
      {
        headers: {
          source_offset: '17',
          source_attempts: '4',
          source_consumer_group: groups[segment],
        },
      },
    ])
    expect(groups.map((group) => run.committed('high_volume_data', group))).toEqual([120, 120])
  })
})
