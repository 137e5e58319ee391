import { describe, expect, it } from 'vitest'
import { PartitionReading } from '../../../../../src/adapters/kafka/fetch/partition-reading.ts'

const ALL = Number.POSITIVE_INFINITY

describe('the reading of a partition', () => {
  it('fetches ahead of what is handed out, and ends when both are through', () => {
    const reading = new PartitionReading(0, [{ from: 5, stop: 20, quota: ALL }])
    expect(reading.wanted).toEqual({ from: 5, stop: 20 })
    reading.fetchedTo(12)
    expect(reading.wanted).toEqual({ from: 12, stop: 20 })
    expect(reading.stretch).toMatchObject({ from: 5, stop: 20 })
    reading.fetchedTo(25)
    expect(reading.wanted).toBeNull()
    reading.handedOut(12, 7)
    reading.handedOut(20, 6)
    expect(reading.stretch).toBeNull()
    expect(reading).toMatchObject({ messages: 13, skipped: 2, reached: 20 })
  })

  it('leaves a stretch when its count is met, and reads on past gaps until then', () => {
    const reading = new PartitionReading(0, [
      { from: 0, stop: 50, quota: 10 },
      { from: 50, stop: 100, quota: 10 },
    ])
    expect(reading.isCounted).toBe(true)
    reading.fetchedTo(8)
    reading.handedOut(8, 4)
    expect(reading.wanted).toEqual({ from: 8, stop: 50 })
    expect(reading.stretch).toEqual({ from: 8, stop: 50, quota: 6 })
    reading.fetchedTo(30)
    reading.handedOut(20, 6)
    expect(reading.wanted).toEqual({ from: 50, stop: 100 })
    expect(reading).toMatchObject({ messages: 10, skipped: 10 })
  })

  it('fetches nothing twice when one response covers several stretches', () => {
    const reading = new PartitionReading(0, [
      { from: 0, stop: 50, quota: 5 },
      { from: 50, stop: 60, quota: 5 },
      { from: 60, stop: 100, quota: 5 },
    ])
    reading.fetchedTo(62)
    reading.handedOut(5, 5)
    reading.handedOut(55, 5)
    expect(reading.stretch).toEqual({ from: 60, stop: 100, quota: 5 })
    reading.handedOut(62, 2)
    expect(reading.wanted).toEqual({ from: 62, stop: 100 })
  })

  it('passes over empty stretches', () => {
    const reading = new PartitionReading(3, [
      { from: 7, stop: 7, quota: ALL },
      { from: 8, stop: 9, quota: 0 },
    ])
    expect([reading.wanted, reading.stretch, reading.isCounted]).toEqual([null, null, false])
  })
})
