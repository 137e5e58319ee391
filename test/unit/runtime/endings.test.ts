import { describe, expect, it } from 'vitest'
import { MemoryConsumerSource } from '../../../src/adapters/memory/memory-consumer-source.ts'
import { BrokerError } from '../../../src/errors.ts'
import type {
  AssignmentListener,
  ConsumerSource,
  GroupSession,
  JoinRequest,
} from '../../../src/ports/consumer-source.ts'
import { createRuntime } from '../../../src/runtime/create-runtime.ts'
import type { RuntimeEvents } from '../../../src/runtime/events.ts'
import { RunningCluster } from '../../support/runtime/running.ts'

const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`)

/** A source whose joins, sessions or end are other than usual. */
class ChangedSource implements ConsumerSource {
  readonly name = 'memory'
  readonly canTransact = true
  private readonly inner: ConsumerSource
  private readonly change: Partial<{
    join: (
      inner: ConsumerSource,
      request: JoinRequest,
      listener: AssignmentListener,
    ) => Promise<GroupSession>
    session: (inner: GroupSession) => GroupSession
    close: () => Promise<void>
  }>

  constructor(world: RunningCluster, change: ChangedSource['change']) {
    this.inner = new MemoryConsumerSource(world.cluster)
    this.change = change
  }

  async join(request: JoinRequest, listener: AssignmentListener): Promise<GroupSession> {
    const { join, session } = this.change
    const joined = await (join?.(this.inner, request, listener) ??
      this.inner.join(request, listener))
    return session?.(joined) ?? joined
  }

  async close(): Promise<void> {
    await this.inner.close()
    await this.change.close?.()
  }
}

describe('how a runtime ends', () => {
  it('L3: what was done before a partition could not be read is committed', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const failure = new BrokerError('broker.authorization', 'not allowed to read topic t')
    const source = new ChangedSource(world, {
      session: (inner) => ({
        ...bound(inner),
        poll: (place, request) =>
          request.from > 0 ? Promise.reject(failure) : inner.poll(place, request),
      }),
    })
    const shutdowns: string[] = []
    const runtime = await world.consume({ eachBatch: () => {} }, { source })
    runtime.on('partition.revoked', ({ reason }) => shutdowns.push(reason))
    await expect(runtime.ended).rejects.toBe(failure)
    expect(world.committed()?.offset).toBe(4)
    expect(world.events('error.occurred')).toMatchObject([
      { type: 'source.error', error: failure, topic: 't', partition: 0 },
    ])
  })

  it('L1: an ownership ends once, also when it is lost or stopped while it is given up', async () => {
    for (const end of ['lost', 'stop'] as const) {
      const world = new RunningCluster().topic('t', keys(4))
      let listener!: AssignmentListener
      const source = new ChangedSource(world, {
        join: (inner, request, given) => {
          listener = given
          return inner.join(request, given)
        },
      })
      const gate = Promise.withResolvers<void>()
      const runtime = await world.consume({ eachBatch: () => gate.promise }, { source })
      const revoked = listener.revoked([{ topic: 't', partition: 0 }])
      await world.clock.settle()
      if (end === 'lost') listener.lost([{ topic: 't', partition: 0 }])
      const stopped = end === 'stop' ? runtime.stop() : null
      gate.resolve()
      await world.clock.settle()
      await revoked
      await stopped
      await runtime.stop()
      expect(world.events('partition.revoked')).toHaveLength(1)
    }
  })

  it('L4: a partition that went before the join was answered is not consumed', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const place = { topic: 't', partition: 0 }
    const source = new ChangedSource(world, {
      async join(inner, request, listener) {
        listener.assigned([{ ...place, position: 0, committed: null }])
        await listener.revoked([place])
        return inner.join({ ...request, topics: ['nothing'] }, listener)
      },
    })
    let calls = 0
    const runtime = await world.consume({ eachMessage: () => void calls++ }, { source })
    await world.clock.pass(10)
    expect({ calls, assigned: world.events('partition.assigned') }).toEqual({
      calls: 0,
      assigned: [],
    })
    await runtime.stop()
  })

  it('L3: a runtime that was stopped does not start any more', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const source = new MemoryConsumerSource(world.cluster)
    const topics = [{ topic: 't', eachMessage: () => {} }]
    const runtime = createRuntime({ group: 'g', source, topics, clock: world.clock })
    await runtime.stop()
    await runtime.run()
    expect(world.cluster.group('g')?.members.size ?? 0).toBe(0)
  })

  it('L3: a stop ends, though the source cannot be closed', async () => {
    const world = new RunningCluster().topic('t', keys(4))
    const failure = new Error('no route')
    const source = new ChangedSource(world, { close: () => Promise.reject(failure) })
    const runtime = await world.consume({ eachMessage: () => {} }, { source })
    await runtime.stop()
    await expect(runtime.ended).resolves.toBeUndefined()
    expect(world.events('error.occurred')).toMatchObject([{ type: 'source.error', error: failure }])
  })

  it('L3: a stop that a listener asks for while the runtime starts leaves nobody behind', async () => {
    for (const name of ['runtime.started', 'partition.assigned'] as const) {
      const world = new RunningCluster().topic('t', keys(4))
      const source = new MemoryConsumerSource(world.cluster)
      const topics = [{ topic: 't', eachMessage: () => {} }]
      const runtime = createRuntime({ group: 'g', source, topics, clock: world.clock })
      const stopped: RuntimeEvents['runtime.stopped'][] = []
      runtime.on('runtime.stopped', (event) => stopped.push(event))
      runtime.on(name, () => void runtime.stop())
      await runtime.run()
      expect(stopped).toHaveLength(1)
      expect(world.cluster.group('g')?.members.size ?? 0).toBe(0)
      await world.clock.pass(60_000)
    }
  })
})

/** The methods of a session as functions. */
function bound(inner: GroupSession): GroupSession {
  return {
    poll: (place, request) => inner.poll(place, request),
    commit: (offsets) => inner.commit(offsets),
    produce: (topic, message, commit) => inner.produce(topic, message, commit),
    leave: () => inner.leave(),
  }
}
