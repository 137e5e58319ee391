import { describe, expect, it } from 'vitest'
import { Consumer } from '../../../src/runtime/consumer.ts'
import { MessageError } from '../../../src/runtime/message-error.ts'
import type { TopicSettings } from '../../../src/runtime/settings.ts'
import { RunningCluster } from '../../support/runtime/running.ts'

const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`)
const noText = Object.create(null) as object

/** Runs a handler over four messages; what it does wrong may not touch the runtime. */
async function failuresOf(topic: Partial<TopicSettings>) {
  const world = new RunningCluster().topic('t', keys(4))
  const runtime = await world.consume(topic)
  await world.clock.pass(10)
  const errors = world.events('error.occurred')
  const stopped = world.events('runtime.stopped')
  await runtime.stop()
  await expect(runtime.ended).resolves.toBeUndefined()
  return { errors, stopped }
}

describe('what user code does wrong stays its own', () => {
  const thrown: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['null', null],
    ['a text', 'no'],
    ['an object without a text', noText],
    ['a symbol', Symbol('no')],
  ]
  for (const [what, value] of thrown) {
    it(`E1: ${what} is an error like any other, thrown or rejected with`, async () => {
      for (const eachMessage of [
        () => {
          throw value
        },
        () => Promise.reject(value),
      ]) {
        const { errors, stopped } = await failuresOf({ eachMessage })
        expect(errors).toMatchObject([{ type: 'consumer.consume.error', error: value, offset: 0 }])
        expect(stopped).toEqual([])
      }
    })
  }

  it('D4: a dead letter is written whatever was thrown', async () => {
    for (const [, value] of thrown) {
      const world = new RunningCluster().topic('t', keys(2)).topic('dead')
      const runtime = await world.consume({
        deadLetterQueue: { topic: 'dead', maxRetries: 0 },
        eachMessage: () => Promise.reject(value),
      })
      await world.clock.pass(10_000)
      expect(world.log('dead').map(({ headers }) => headers.source_offset)).toEqual(['0', '1'])
      await runtime.stop()
    }
  })

  it('E1: what only looks like a promise is none, and one of another kind is waited for', async () => {
    const returned: unknown[] = [
      // biome-ignore lint/suspicious/noThenProperty: what it is about
      { then: 5 },
      // biome-ignore lint/suspicious/noThenProperty: what a query builder gives
      { then: (resolve: () => void) => setImmediate(resolve) },
    ]
    for (const value of returned) {
      const world = new RunningCluster().topic('t', keys(4))
      const runtime = await world.consume({ eachBatch: () => value as Promise<void> })
      await world.clock.pass(6_000)
      expect(world.committed()?.offset).toBe(4)
      await runtime.stop()
    }
  })

  it('E1: a `then` that throws is a failure of its job', async () => {
    const bad = {
      // biome-ignore lint/suspicious/noThenProperty: what it is about
      get then() {
        throw new Error('a bad getter')
      },
    }
    for (const way of ['eachBatch', 'eachMessage'] as const) {
      const { errors } = await failuresOf({ [way]: () => bad })
      expect(errors).toMatchObject([{ type: 'consumer.consume.error' }])
    }
  })

  it('V6: a consumer that cannot be made is a failure of the job, and is tried again', async () => {
    let made = 0
    class Orders extends Consumer {
      constructor() {
        super()
        if (made++ === 0) throw new Error('not yet')
      }
      consume(): void {}
    }
    const world = new RunningCluster().topic('t', keys(4))
    const runtime = await world.consume({ consumer: Orders })
    await world.clock.pass(10_000)
    expect({ made, committed: world.committed()?.offset }).toEqual({ made: 2, committed: 4 })
    await runtime.stop()
  })

  it('V4: slices that are taken out of the list of messages are as good as any', async () => {
    const world = new RunningCluster().topic('t', keys(6))
    const seen: string[] = []
    const runtime = await world.consume({
      virtualPartitions: {
        batchPartitioner(messages) {
          const left = messages as unknown as (typeof messages)[number][]
          const groups = []
          while (left.length > 0) groups.push(left.splice(0, 2))
          return groups
        },
      },
      eachMessage: ({ offset }, { virtualPartition }) =>
        void seen.push(`${virtualPartition}:${offset}`),
    })
    await world.clock.pass(6_000)
    expect(seen).toEqual(['0:0', '0:1', '1:2', '1:3', '2:4', '2:5'])
    expect(world.events('error.occurred')).toEqual([])
    await runtime.stop()
  })

  it('D3: the right message is given up, whatever the consumer did to its list of them', async () => {
    class Orders extends Consumer {
      consume(): void {
        const left = this.messages as unknown[]
        left.reverse()
        left.pop()
        throw new Error('never')
      }
    }
    const spoil: Partial<TopicSettings> = {
      eachBatch(messages) {
        ;(messages as unknown[]).reverse()
        throw new Error('never')
      },
    }
    for (const way of [spoil, { consumer: Orders }]) {
      const world = new RunningCluster().topic('t', keys(3)).topic('dead')
      const runtime = await world.consume({
        ...way,
        deadLetterQueue: { topic: 'dead', maxRetries: 0 },
      })
      await world.clock.pass(30_000)
      expect(world.log('dead').map(({ key }) => key)).toEqual(keys(3))
      await runtime.stop()
    }
  })

  it('O2: a message of another partition is not marked here, but an error', async () => {
    const world = new RunningCluster().topic('t', keys(3), 2).append('t', keys(3), 1)
    const runtime = await world.consume({
      manualOffsetManagement: true,
      eachBatch: (messages, context) =>
        void context.markAsConsumed({
          ...messages[2]!,
          ...{ topic: 't', partition: 1 - context.partition, offset: 2n },
        }),
    })
    await world.clock.pass(6_000)
    expect(world.events('error.occurred').map(({ type }) => type)).toContain(
      'consumer.consume.error',
    )
    expect([world.committed(0), world.committed(1)]).toEqual([null, null])
    await runtime.stop()
  })

  it('O6: metadata that is no text is refused where it is given', async () => {
    const { errors } = await failuresOf({
      eachMessage: (message, context) =>
        void context.markAsConsumed(message, 5 as unknown as string),
    })
    expect(errors).toMatchObject([{ type: 'consumer.consume.error', error: { name: 'TypeError' } }])
  })

  it('C2, C3, O5: only integers are offsets', async () => {
    for (const offset of [null, '', true, [], '5', -1, 0.5, Number.NaN, Infinity, 2n ** 70n]) {
      for (const order of ['seek', 'collapseUntil', 'pause'] as const) {
        const { errors } = await failuresOf({
          eachBatch: (_, context) => context[order](offset as number, 10),
        })
        expect(errors, `${order} ${String(offset)}`).toMatchObject([
          { error: { name: 'RangeError' } },
        ])
      }
    }
  })

  it('MessageError: takes anything for a cause', () => {
    expect(new MessageError({ offset: 1n } as never, noText).offset).toBe(1n)
  })

  it('L2: synchronize inside synchronize is an error, not a wait without end', async () => {
    const world = new RunningCluster().topic('t', keys(3))
    const order: string[] = []
    let isFirst = true
    const runtime = await world.consume({
      async eachBatch(_, context) {
        await context.synchronize(() => order.push('before'))
        if (isFirst) {
          isFirst = false
          await context.synchronize(() => context.synchronize(() => order.push('inside')))
        }
        let later: Promise<unknown> = Promise.resolve()
        await context.synchronize(() => {
          later = world.clock.settle().then(() => context.synchronize(() => order.push('later')))
        })
        await later
      },
    })
    await world.clock.pass(10_000)
    await world.clock.settle()
    expect(order).toEqual(['before', 'before', 'later'])
    expect(world.events('error.occurred')).toMatchObject([
      { error: { code: 'runtime.synchronize-inside' } },
    ])
    await runtime.stop()
  })

  it('V2, R1: partitioners that give promises are an error like any other, also when those are rejected', async () => {
    const late = () => Promise.reject(new Error('too late'))
    for (const way of [{ partitioner: late }, { batchPartitioner: late }]) {
      const lanes: number[] = []
      const world = new RunningCluster().topic('t', keys(3))
      const runtime = await world.consume({
        virtualPartitions: way as never,
        eachMessage: (_, { virtualPartition }) => void lanes.push(virtualPartition),
      })
      await world.clock.pass(10)
      expect(lanes).toEqual([0, 0, 0])
      expect(world.events('error.occurred')).toHaveLength(1)
      await runtime.stop()
    }
  })

  it('V3, V4: partitioners see payloads as consumers do', async () => {
    const isOdd = (payload: unknown) => Number(String(payload).slice(1)) % 2
    const ways: NonNullable<TopicSettings['virtualPartitions']>[] = [
      { partitioner: ({ payload }) => isOdd(payload), reducer: 'identity', maxPartitions: 2 },
      {
        batchPartitioner: (messages) =>
          [0, 1].map((odd) => messages.filter(({ payload }) => isOdd(payload) === odd)),
      },
    ]
    for (const virtualPartitions of ways) {
      const world = new RunningCluster().topic('t', keys(4))
      const lanes: number[] = []
      const runtime = await world.consume({
        virtualPartitions,
        eachMessage: ({ offset }, { virtualPartition }) => {
          lanes[Number(offset)] = virtualPartition
        },
      })
      await world.clock.pass(10)
      expect(lanes).toEqual([0, 1, 0, 1])
      await runtime.stop()
    }
  })

  it('V6: a consumer may have fields of any name', async () => {
    class Orders extends Consumer {
      context = 'mine'
      job = 'mine too'
      consume(): void {
        if (this.context !== 'mine' || this.job !== 'mine too') throw new Error('taken away')
        this.markAsConsumed(this.messages[1]!)
      }
    }
    const world = new RunningCluster().topic('t', keys(3))
    const runtime = await world.consume({ consumer: Orders, manualOffsetManagement: true })
    await runtime.stop()
    expect(world.events('error.occurred')).toEqual([])
    expect(world.committed()?.offset).toBe(2)
  })
})
