import { describe, expect, it } from 'vitest'
import { settings as balanced, jobs } from '../../../examples/balanced.ts'
import { loads, settings as slices } from '../../../examples/load-aware-slices.ts'
import { handled, settings as roundRobin } from '../../../examples/round-robin.ts'
import { ExampleRun } from '../../support/runtime/example-run.ts'

const messages = (count: number) => Array.from({ length: count }, (_, i) => ({ value: i }))

describe('examples of splitting a batch', () => {
  it('round-robin: V3, R1, R5: every virtual partition has the same number of messages', async () => {
    const run = new ExampleRun('mails', 'letters')
    run.write('mails', messages(80)).write('letters', messages(48))
    await run.start(roundRobin)
    await run.finish()
    const shares = (topic: string) =>
      [...handled].filter(([name]) => name.startsWith(topic)).map(([, count]) => count)
    expect(shares('mails')).toEqual(Array(8).fill(10))
    expect(shares('letters')).toEqual(Array(16).fill(3))
    expect(run.committed('letters', 'mailers')).toBe(48)
  })

  it('load-aware-slices: V4: no job above 5000, no more jobs than that takes', async () => {
    const run = new ExampleRun('measurements').write('measurements', messages(12_001))
    await run.start(slices)
    await run.finish()
    expect(loads).toEqual([
      { virtualPartition: 0, collapsed: false, rows: 5_000 },
      { virtualPartition: 1, collapsed: false, rows: 5_000 },
      { virtualPartition: 2, collapsed: false, rows: 2_001 },
    ])
    expect(run.committed('measurements', 'loader')).toBe(12_001)
  })

  it('balanced: V3: each of four users alone, where byte-sum has two slots for them', async () => {
    const users = ['14', '14', '23', '0', '14', '23', '5', '14']
    const run = new ExampleRun('user_events')
    run.write(
      'user_events',
      users.map((key) => ({ key })),
    )
    await run.start(balanced)
    await run.finish()
    expect(jobs.map((job) => job.users).sort((a, b) => b.length - a.length)).toEqual([
      ['14', '14', '14', '14'],
      ['23', '23'],
      ['0'],
      ['5'],
    ])
    expect(new Set(jobs.map((job) => job.virtualPartition)).size).toBe(4)
  })
})
