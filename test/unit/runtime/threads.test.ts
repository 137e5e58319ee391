import { describe, expect, it, vi } from 'vitest'
import { textOf } from '../../../src/domain/model/key-text.ts'
import { packed, unpacked } from '../../../src/runtime/threads/packed-messages.ts'
import { RunningCluster } from '../../support/runtime/running.ts'

const file = new URL('../../support/runtime/threaded-consumer.ts', import.meta.url).href
const topic = { execution: 'threads', module: { file } } as const
const seen = (world: RunningCluster) =>
  world.cluster.messages({ topic: 'seen', partition: 0 }).map(({ value }) => textOf(value!)!)
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 20 })

describe('consumers in threads', () => {
  it('run in worker threads, one instance per VP, mark and share the mutex of their partition', async () => {
    const world = new RunningCluster().topic('seen').topic('t', ['a', 'b', 'c', 'd', 'now'])
    const runtime = await world.consume(
      {
        ...topic,
        manualOffsetManagement: true,
        virtualPartitions: { maxPartitions: 2, partitioner: ({ offset }) => String(offset) },
      },
      { concurrency: 2 },
    )
    await until(() => expect(seen(world).filter((line) => /^\d/.test(line))).toHaveLength(5))
    await until(() => expect(seen(world)).toContain('marked true'))
    await runtime.stop()
    const lines = seen(world)
    const threads = new Set(
      lines.filter((line) => /^\d/.test(line)).map((line) => line.split(' ')[0]),
    )
    expect(threads.size).toBe(2)
    expect(threads.has('0')).toBe(false)
    expect(lines).toContain('marked true')
    expect(lines.filter((line) => line.startsWith('shutdown')).sort()).toEqual([
      'shutdown 0',
      'shutdown 1',
    ])
    expect(world.committed()).toEqual({ offset: 5, metadata: 'from a thread' })
  })

  it('D2: fail, retry collapsed, and dead-letter as inline consumers do', async () => {
    const world = new RunningCluster().topic('seen').topic('dead').topic('t', ['a', 'fail', 'c'])
    const runtime = await world.consume({
      ...topic,
      module: { file, export: 'each' },
      virtualPartitions: { maxPartitions: 3, partitioner: ({ offset }) => String(offset) },
      deadLetterQueue: { topic: 'dead', maxRetries: 1 },
    })
    await until(async () => {
      await world.clock.pass(1_000)
      expect(world.log('dead')).toHaveLength(1)
    })
    expect(world.log('dead')[0]!.headers.source_error).toBe('TypeError: asked to fail')
    await runtime.stop()
    expect(world.committed()?.offset).toBe(3)
  })

  it('E1: what user code throws and asks for is an error of its job, and costs no thread', async () => {
    const odd = ['pause', 'metadata', 'foreign', 'message', 'getters', 'symbol', 'no text']
    const world = new RunningCluster().topic('t', [...odd, 'undefined'])
    const runtime = await world.consume({ ...topic, module: { file, export: 'odd' } })
    await until(async () => {
      await world.clock.pass(31_000)
      expect(world.committed()?.offset).toBe(8)
    })
    const errors = world.events('error.occurred')
    expect(errors.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(errors.map(({ error }) => (error as Error).name)).toEqual([
      'RangeError',
      'TypeError',
      'TypeError',
      ...Array(5).fill('Error'),
    ])
    await runtime.stop()
  })

  it('O7, D3: what was marked before its thread died stays so, and the next message is given up', async () => {
    for (const end of ['die', 'stray']) {
      const world = new RunningCluster().topic('dead').topic('t', ['a', 'b', end, 'c'])
      const runtime = await world.consume({
        ...topic,
        module: { file, export: 'each' },
        deadLetterQueue: { topic: 'dead', maxRetries: 0 },
      })
      await until(async () => {
        await world.clock.pass(6_000)
        expect(world.committed()?.offset).toBe(4)
      })
      expect(world.log('dead').map(({ key }) => key)).toEqual([end])
      await runtime.stop()
    }
  })

  it('a thread that dies is a failure of its jobs; others take over', async () => {
    const world = new RunningCluster().topic('seen').topic('dead').topic('t', ['a', 'die', 'c'])
    const runtime = await world.consume({
      ...topic,
      deadLetterQueue: { topic: 'dead', maxRetries: 1 },
    })
    await until(async () => {
      await world.clock.pass(1_000)
      expect(world.log('dead')).toHaveLength(1)
    })
    await until(() => expect(seen(world).some((line) => line.endsWith('2 c'))).toBe(true))
    await runtime.stop()
    expect(world.committed()?.offset).toBe(3)
  })

  it('a module without a consumer is refused at the start', async () => {
    const world = new RunningCluster().topic('t')
    const started = world.consume({ ...topic, module: { file, export: 'nothing' } })
    await expect(started).rejects.toMatchObject({
      code: 'runtime.bad-module',
      message: expect.stringContaining('exports no consumer as nothing'),
    })
  })

  it('messages cross byte for byte: null and empty keys, values and headers', () => {
    const bytes = (text: string) => new Uint8Array(Buffer.from(text))
    const messages = [
      { key: null, value: bytes(''), headers: [], timestamp: null },
      {
        key: bytes('ü'),
        value: null,
        headers: [
          { name: 'a', value: null },
          { name: '', value: bytes('x') },
        ],
        timestamp: 5,
      },
    ].map((each, i) => ({
      ...each,
      topic: 't',
      partition: 3,
      offset: BigInt(i + 7),
      payload: null,
    }))
    const pack = packed(messages, [7, 8])
    expect(unpacked(pack)).toEqual(messages.map(({ payload, ...message }) => message))
  })
})
