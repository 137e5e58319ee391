import { describe, expect, it } from 'vitest'
import { fetchBudget } from '../../../../../src/adapters/kafka/fetch/fetch-request.ts'

const MIB = 1 << 20

describe('how much is asked for at once', () => {
  it.each([
    [1, 1],
    [3, 12],
    [50, 1000],
    [100, 1000],
  ])('stays within 64 MiB: %i brokers, %i partitions', (brokers, partitions) => {
    const { responseBytes } = fetchBudget(2 * brokers, partitions)
    expect(2 * brokers * responseBytes).toBeLessThanOrEqual(64 * MIB)
    expect(responseBytes).toBeGreaterThanOrEqual(MIB / 4)
  })

  it('gives a partition of many enough for a whole batch', () => {
    expect(fetchBudget(2, 1000)).toEqual({ responseBytes: 4 * MIB, partitionBytes: MIB })
  })
})
