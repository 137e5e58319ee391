import { describe, expect, it } from 'vitest'
import { MemoryCluster } from '../../../src/adapters/memory/memory-cluster.ts'
import { MemoryConsumerSource } from '../../../src/adapters/memory/memory-consumer-source.ts'
import { createRuntime } from '../../../src/runtime/create-runtime.ts'
import type { TopicSettings } from '../../../src/runtime/settings.ts'

/** Consumes a log that never ends, until a timer of somebody else's has had its turn. */
async function untilTimer(topic: Omit<TopicSettings, 'topic'>): Promise<'a timer' | 'nobody'> {
  const cluster = new MemoryCluster()
  cluster.makeTopic('t', [{ start: 0n, end: 0n }])
  const value = Buffer.from('1')
  const more = () => {
    const batch = Array.from({ length: 100 }, (_, i) => ({
      partition: 0,
      key: Buffer.of(i),
      value,
      timestamp: 0,
    }))
    cluster.append('t', batch)
  }
  more()
  let calls = 0
  let heard = false
  const runtime = createRuntime({
    group: 'g',
    source: new MemoryConsumerSource(cluster),
    topics: [{ topic: 't', ...topic }],
  })
  // One batch in, one batch out, until the timer runs; a runtime that keeps it waiting gives up.
  runtime.on('batch.polled', () => {
    calls++
    if (!heard && calls < 20_000) more()
  })
  const timer = new Promise<void>((resolve) => setTimeout(resolve))
  await runtime.start()
  await timer
  heard = true
  const first = calls < 20_000 ? 'a timer' : 'nobody'
  await runtime.stop()
  return first
}

describe('whose turn it is', () => {
  it('L5: consumers that never wait let timers and sockets have their turn', async () => {
    expect(await untilTimer({ eachMessage: () => {} })).toBe('a timer')
    expect(await untilTimer({ eachMessage: async () => {} })).toBe('a timer')
    const virtualPartitions = { maxPartitions: 20, overlap: true, reducer: 'murmur2' }
    expect(await untilTimer({ virtualPartitions, eachMessage: () => {} })).toBe('a timer')
  })

  it('L5, L7: so do batches of which nothing is left', async () => {
    expect(await untilTimer({ expire: { ageMs: 0 }, eachMessage: () => {} })).toBe('a timer')
  })
})
