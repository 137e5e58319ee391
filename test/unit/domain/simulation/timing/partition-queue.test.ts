import { describe, expect, it } from 'vitest'
import { pollOf } from '../../../../../src/domain/simulation/timing/partition-queue.ts'

const own = {
  keys: Int32Array.of(7, 8, 9, 7),
  offsets: Int32Array.of(1, 2, 12, 13),
  end: 20,
}

describe('a poll of a process', () => {
  it('holds all messages where there is one process', () => {
    const queue = { keys: Int32Array.of(5, 6, 5), offsets: null, end: 3 }
    const first = { messages: [5, 6], offsets: [0, 1], dropped: null, next: 2 }
    expect(pollOf(queue, 0, 2)).toEqual(first)
    expect(pollOf(queue, 2, 2)).toEqual({ messages: [5], offsets: [2], dropped: null, next: 3 })
    expect(pollOf(queue, 3, 2)).toBeNull()
  })

  it("P2, P3: begins and ends where the partition's does, of which others' messages are dropped", () => {
    expect(pollOf(own, 0, 5)).toEqual({
      messages: [-1, 7, 8, -1],
      offsets: [0, 1, 2, 4],
      dropped: Uint8Array.of(1, 0, 0, 1),
      next: 5,
    })
    const whole = { messages: [7, 8], offsets: [1, 2], dropped: null, next: 3 }
    expect(pollOf(own, 1, 2)).toEqual(whole)
  })

  it('P3: passes over polls that hold nothing for it', () => {
    expect(pollOf(own, 3, 4)).toMatchObject({ offsets: [11, 12, 13, 14], next: 15 })
    expect(pollOf(own, 3, 3)).toMatchObject({ offsets: [12, 13, 14], next: 15 })
    expect(pollOf(own, 14, 3)).toBeNull()
  })
})
