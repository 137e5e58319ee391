import { expect, it } from 'vitest'
import { FoundPartitions } from '../../../../src/domain/simulation/found-partitions.ts'

it('knows of each key the messages that were not where it was found first, renumbered too', () => {
  const found = new FoundPartitions()
  for (let key = 0; key < 5000; key++) found.settle(key, key % 7)
  for (const partition of [3, 3, 4, 5]) found.note(10, partition)
  found.note(4999, 6)
  // Five messages of key 10: three in partition 3, one each in 4 and 5.
  expect([3, 4].map((partition) => found.elsewhere(10, partition, 5))).toEqual([2, 5])
  expect(found.elsewhere(4999, 4999 % 7, 2)).toBe(1)

  const newIndices = new Int32Array(5000).fill(-1)
  newIndices[10] = 0
  newIndices[4999] = 1
  found.renumber(newIndices)
  expect([3, 4].map((partition) => found.elsewhere(0, partition, 5))).toEqual([2, 5])
  expect(found.elsewhere(1, 4999 % 7, 2)).toBe(1)

  // A new key has the place of one that is gone, and nothing of what that one had.
  newIndices.fill(-1)
  found.renumber(newIndices.subarray(0, 2))
  found.settle(0, 3)
  expect(found.elsewhere(0, 3, 1)).toBe(0)
})
