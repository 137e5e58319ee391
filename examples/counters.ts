/** Counts in a cache that knows no increment: what reads and then writes must run alone (L2). */
import { Consumer } from 'pstool'
import type { Settings } from './settings.ts'

/** Stands in for a cache over the network: between a `get` and a `set` others run. */
export class Cache {
  private readonly values = new Map<string, number>()

  async get(name: string): Promise<number> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.values.get(name) ?? 0
  }

  async set(name: string, value: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.values.set(name, value)
  }
}
export const cache = new Cache()

/** Adds up outside, and only writes inside: the others wait no longer than they must. */
export class VisitCounter extends Consumer {
  async consume(): Promise<void> {
    const visits = this.messages
      .map(({ payload }) => (payload as { readonly visits: number }).visits)
      .reduce((sum, each) => sum + each, 0)
    const name = `${this.topic}/${this.partition}`
    await this.synchronize(async () => {
      await cache.set(name, (await cache.get(name)) + visits)
    })
  }
}

/** One counter per partition, written by up to eight virtual partitions. */
export const settings: Settings = {
  group: 'counters',
  concurrency: 8,
  topics: [
    { topic: 'visits', consumer: VisitCounter, virtualPartitions: { partitioner: 'header:page' } },
  ],
}
