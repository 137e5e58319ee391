import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureDemoCluster } from '../../../../src/adapters/local/demo.ts'
import { LocalCluster } from '../../../../src/adapters/local/local-cluster.ts'
import type {
  LocalMessageDocument,
  LocalStateDocument,
} from '../../../../src/domain/model/local-state.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import { type TestDirectory, testDirectory } from './test-directory.ts'

let directory: TestDirectory
let state: LocalStateDocument
let events: readonly LocalMessageDocument[]

beforeAll(async () => {
  directory = testDirectory()
  ensureDemoCluster(directory.file('demo.db'))
  const cluster = LocalCluster.open(directory.file('demo.db'))
  state = await cluster.dump('p')
  events = state.topics.user_events?.messages ?? []
  cluster.close()
})
afterAll(() => directory.remove())

const count = (match: (message: LocalMessageDocument) => boolean) => events.filter(match).length

describe('the demo cluster', () => {
  it('shows the collision of S2: two hot pairs in two segments of five, and idle ones', () => {
    const byteSum = reducerNamed('byte-sum')
    expect(['0', '5', '14', '23'].map((key) => byteSum.slotOf(key, 5))).toEqual([3, 3, 1, 1])
    const slots = new Set(events.map(({ key }) => byteSum.slotOf(key ?? null, 5)))
    expect([...slots].sort()).toEqual([0, 1, 3])
    const hot = count(({ key }) => ['0', '5', '14', '23'].includes(key ?? ''))
    expect(hot / events.length).toBeGreaterThan(0.4)
    expect(hot / events.length).toBeLessThan(0.55)
  })

  it("stands where Kafka's Java client would have put it", () => {
    const murmur2 = reducerNamed('murmur2')
    const elsewhere = ({ key, partition }: LocalMessageDocument) =>
      key !== undefined && murmur2.slotOf(key, 4) !== partition
    expect(events).toHaveLength(6000)
    expect(count(elsewhere)).toBe(0)
    expect(new Set(events.map(({ partition }) => partition)).size).toBe(4)
  })

  it('has a few messages without a key, whose user is in the header and the value', () => {
    const keyless = events.filter(({ key }) => key === undefined)
    expect(keyless.length).toBeGreaterThan(60)
    expect(keyless.length).toBeLessThan(240)
    const contradictory = events.filter(({ key, headers, value }) => {
      const user = JSON.parse(value!).user_id
      return headers?.[0]?.value !== user || (key ?? user) !== user
    })
    expect(contradictory).toEqual([])
  })

  it('has a minute in which one user is most of the traffic', () => {
    const minutes = Map.groupBy(events, ({ timestamp }) => Math.floor(timestamp! / 60_000))
    const [busiest] = [...minutes.values()].sort((a, b) => b.length - a.length)
    const burst = busiest!.filter(({ key }) => key === '23').length
    expect(burst / busiest!.length).toBeGreaterThan(0.8)
    expect(busiest!.length).toBeGreaterThan(5 * (events.length / minutes.size))
  })

  it('has a group that has read a part, and no segment groups', () => {
    expect(Object.keys(state.groups)).toEqual(['analytics'])
    const offsets = state.groups.analytics?.user_events ?? {}
    expect(Object.keys(offsets)).toEqual(['0', '1', '2', '3'])
    for (const [partition, offset] of Object.entries(offsets)) {
      expect(Number(offset)).toBeGreaterThan(0)
      expect(Number(offset)).toBeLessThan(count((event) => event.partition === Number(partition)))
    }
  })

  it('has orders with tombstones beside it', () => {
    const orders = state.topics.orders?.messages ?? []
    expect(orders).toHaveLength(900)
    expect(orders.filter(({ value }) => value === undefined)).toHaveLength(18)
  })

  it('leaves a demo that is there as it is', async () => {
    const path = directory.file('demo.db')
    const change = LocalCluster.open(path)
    await change.deleteTopic('orders')
    change.close()
    ensureDemoCluster(path)
    const cluster = LocalCluster.open(path)
    expect((await cluster.describe()).topics.map(({ name }) => name)).toEqual(['user_events'])
    cluster.close()
  })
})
