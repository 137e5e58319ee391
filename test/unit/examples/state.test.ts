import { describe, expect, it } from 'vitest'
import { cache, settings as counters } from '../../../examples/counters.ts'
import { settings as importing, warehouse } from '../../../examples/import-with-collapse.ts'
import { ExampleRun } from '../../support/runtime/example-run.ts'

describe('examples of state beside a runtime', () => {
  it('counters: L2: the counter is the sum, whatever runs at once', async () => {
    const run = new ExampleRun('visits')
    const pages = Array.from({ length: 200 }, (_, i) => i)
    run.write(
      'visits',
      pages.map((i) => ({ headers: { page: `/${i % 23}` }, value: { visits: i } })),
    )
    await run.start(counters)
    await run.finish()
    const lanes = new Set(run.events('job.started').map((job) => job.virtualPartition))
    expect(lanes.size).toBeGreaterThan(4)
    expect(await cache.get('visits/0')).toBe((200 * 199) / 2)
  })

  it('import-with-collapse: C2, C3, C4: what was refused is replayed once, in log order, and taken', async () => {
    const run = new ExampleRun('account_events')
    // Round robin over four: the deposits of `late` are with the first three, its opening is with the last.
    const log = [
      { account: 'early', kind: 'open' },
      { account: 'late', kind: 'deposit' },
      { account: 'early', kind: 'deposit' },
      { account: 'late', kind: 'open' },
      { account: 'other', kind: 'open' },
      { account: 'late', kind: 'deposit' },
      { account: 'late', kind: 'deposit' },
      { account: 'other', kind: 'deposit' },
    ]
    run.write(
      'account_events',
      log.map((value) => ({ value })),
    )
    await run.start(importing)
    expect(run.events('partition.paused')).toMatchObject([{ reason: 'user', offset: 1, ms: 5_000 }])
    expect(run.events('partition.collapsed').at(-1)).toMatchObject({ until: 6, reason: 'user' })
    const before = run.events('job.started').length
    await run.clock.pass(5_000)
    await run.settle()
    const [replay, ...others] = run.events('job.started').slice(before)
    expect(replay).toMatchObject({ collapsed: true, firstOffset: 1, virtualPartition: 0 })
    expect(others).toEqual([])
    expect([...warehouse.rows.keys()].sort()).toEqual(log.map((_, i) => BigInt(i)))
    run.write('account_events', [{ value: { account: 'other', kind: 'deposit' } }])
    await run.finish()
    expect(run.events('job.started').at(-1)).toMatchObject({ collapsed: false, firstOffset: 8 })
    expect(run.committed('account_events', 'import')).toBe(9)
  })
})
