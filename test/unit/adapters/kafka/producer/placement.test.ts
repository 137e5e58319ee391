import { describe, expect, it } from 'vitest'
import { Placement } from '../../../../../src/adapters/kafka/producer/placement.ts'

const led = (partition: number) => ({
  partition,
  leader: { host: '127.0.0.1', port: 9092 },
  epoch: 0,
})
const THREE = [led(0), led(1), led(2)]
const message = (key: string | null, more: object = {}) => ({
  key: key === null ? null : new Uint8Array(Buffer.from(key)),
  value: null,
  ...more,
})

describe('Placement', () => {
  it('puts a key where Kafka puts it', () => {
    // Hashes of Kafka's own test, UtilsTest.testMurmur2, without their sign.
    const known: [string, number][] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ]
    const hundred = Array.from({ length: 100 }, (_, partition) => led(partition))
    for (const [key, hash] of known) {
      const expected = (hash & 0x7fffffff) % 100
      expect(new Placement('t').partitionOf(message(key), hundred)).toBe(expected)
    }
  })

  it('takes an empty key for a key', () => {
    const placement = new Placement('t')
    const places = [1, 2, 3].map(() => placement.partitionOf(message(''), THREE))
    expect(new Set(places).size).toBe(1)
  })

  it('puts what has no key into the partitions in turn, past those without a leader', () => {
    const placement = new Placement('t')
    const partitions = [led(0), { ...led(1), leader: null }, led(2)]
    const places = Array.from({ length: 4 }, () => placement.partitionOf(message(null), partitions))
    expect(places).toEqual([0, 2, 0, 2])
  })

  it('goes by the partition that a message names, and refuses one that is not there', () => {
    const placement = new Placement('t')
    expect(placement.partitionOf(message('k', { partition: 2 }), THREE)).toBe(2)
    for (const partition of [3, -1, 0.5]) {
      expect(() => placement.partitionOf(message('k', { partition }), THREE)).toThrow(
        `topic t has no partition ${partition}: it has 3`,
      )
    }
  })
})
