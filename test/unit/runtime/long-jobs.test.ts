import { describe, expect, it } from 'vitest'
import { RunningCluster } from '../../support/runtime/running.ts'

const HOUR = 60 * 60 * 1000

describe('a job that is longer than any time-out', () => {
  it('L5: costs no membership; other partitions go on, and what it marks still counts', async () => {
    const world = new RunningCluster().topic('t', ['a', 'b'], 2)
    const gate = Promise.withResolvers<void>()
    const seen: string[] = []
    const runtime = await world.consume({
      async eachBatch(messages, { partition, revokedSignal }) {
        seen.push(`${partition}: ${messages.length}`)
        if (partition === 0) await gate.promise
        expect(revokedSignal.aborted).toBe(false)
      },
    })
    const [member] = world.cluster.group('g')!.members
    for (let hour = 0; hour < 3; hour++) {
      await world.clock.pass(HOUR)
      world.append('t', ['c'], 1)
    }
    await world.clock.pass(10_000)
    expect(seen).toEqual(['0: 2', '1: 1', '1: 1', '1: 1'])
    expect([...world.cluster.group('g')!.members]).toEqual([member])
    expect(world.events('partition.revoked')).toEqual([])
    expect(world.events('error.occurred')).toEqual([])
    expect([world.committed(0), world.committed(1)?.offset]).toEqual([null, 3])
    gate.resolve()
    await world.clock.pass(10_000)
    expect(world.committed(0)?.offset).toBe(2)
    await runtime.stop()
  })
})
