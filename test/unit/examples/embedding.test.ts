import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { settings as cpuBound } from '../../../examples/cpu-bound.ts'
import { billing, ledger } from '../../../examples/first-runtime.ts'
import { parcels, startShipping } from '../../../examples/on-kafkajs.ts'
import { settings as logging } from '../../../examples/segment-logging.ts'
import { countCommits, watch } from '../../../examples/watching.ts'
import { createRuntime } from '../../../src/runtime/create-runtime.ts'
import { ExampleRun } from '../../support/runtime/example-run.ts'
import { parsePrometheus } from '../../support/watching/parse-prometheus.ts'

describe('examples of embedding a runtime', () => {
  it('first-runtime: D2, D3: charges each order once, and gives up the one that is none', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const run = new ExampleRun('orders', 'orders.dead')
    const orders = ['ann', 'bob', 'cy', 'ann', 'bob', 'ann']
    run.write(
      'orders',
      orders.map((customer, i) => ({ value: { customer, cents: i === 2 ? 0 : 100 } })),
    )
    await run.observe(billing(run.source))
    await vi.advanceTimersByTimeAsync(20_000)
    await run.runtime!.stop()
    expect([...ledger].sort()).toEqual([
      ['ann', 300],
      ['bob', 200],
    ])
    expect(run.log('orders.dead')).toMatchObject([
      {
        headers: {
          source_offset: '2',
          source_attempts: '3',
          source_error: expect.stringContaining('0 cents'),
        },
      },
    ])
    expect(run.committed('orders', 'billing')).toBe(6)
  })

  it('on-kafkajs: V3, I3: every shipment in order, whatever client brings it', async () => {
    const run = new ExampleRun('shipments')
    const states = ['packed', 'sent', 'there']
    const ids = Array.from({ length: 29 }, (_, i) => `parcel-${i}`)
    run.write(
      'shipments',
      states.flatMap((state) => ids.map((id) => ({ value: { id, state } }))),
    )
    await run.observe(startShipping(run.source))
    await run.runtime!.stop()
    expect([...parcels].sort()).toEqual(ids.map((id) => [id, states]).sort())
    expect(run.committed('shipments', 'shipping')).toBe(87)
  })

  it('segment-logging: P1: a line per job names its segment, and together they have all', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const run = new ExampleRun('user_events')
    run.write(
      'user_events',
      Array.from({ length: 90 }, (_, i) => ({ headers: { user_id: `${i}` } })),
    )
    await run.start(logging)
    await run.finish()
    const lines = log.mock.calls.map(([line]) => String(line))
    const told = lines.map((line) => /^segment (\d) of analytics: (\d+) messages$/.exec(line)!)
    expect(told.map(([, segment]) => segment).sort()).toEqual(['0', '1', '2', '3'])
    expect(told.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(90)
  })

  it('watching: serves metrics, gives a span per job, and is heard by channel', async () => {
    const run = new ExampleRun('t').write('t', [{ value: 1 }, { value: 2 }])
    const topics = [{ topic: 't', eachMessage: () => {} }]
    const runtime = createRuntime({ group: 'g', source: run.source, clock: run.clock, topics })
    const spans: string[] = []
    const span = { recordException() {}, setStatus() {}, end() {} }
    const tracer = {
      startSpan(name: string) {
        spans.push(name)
        return span
      },
    }
    const server = await watch(runtime, tracer, 0)
    onTestFinished(() => server.close())
    const commits: number[] = []
    const endCounting = countCommits(({ offset }) => commits.push(offset))
    onTestFinished(() => void endCounting())
    await run.observe(runtime)
    await run.clock.pass(5_000)
    const families = parsePrometheus(await (await fetch(server.url)).text())
    const consumed = families.find(({ name }) => name === 'pstool_messages_consumed_total')
    expect(consumed?.samples).toMatchObject([{ labels: { topic: 't' }, value: 2 }])
    expect(spans).toEqual(['t process'])
    await run.finish()
    expect(commits).toEqual([2])
  })

  it('cpu-bound: V6: documents are sealed in worker threads, those of a key in order', async () => {
    const run = new ExampleRun('documents', 'seals')
    run.write(
      'documents',
      Array.from({ length: 24 }, (_, i) => ({ key: `k${i % 6}`, value: `document ${i}` })),
    )
    await run.start(cpuBound)
    await vi.waitFor(() => expect(run.log('seals')).toHaveLength(24), { timeout: 60_000 })
    await run.finish()
    const seals = run.log('seals')
    const threads = new Set(seals.map(({ headers }) => headers.thread))
    expect(threads.size).toBe(2)
    expect(threads.has('0')).toBe(false)
    for (let key = 0; key < 6; key++) {
      const own = seals
        .filter((seal) => seal.key === `k${key}`)
        .map((seal) => seal.headers.document)
      expect(own).toEqual([0, 6, 12, 18].map((i) => String(key + i)))
    }
    expect(run.committed('documents', 'sealing')).toBe(24)
  })
})
