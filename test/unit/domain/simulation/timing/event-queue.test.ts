import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EventQueue } from '../../../../../src/domain/simulation/timing/event-queue.ts'

it('gives events by time, and those of one time as they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.array(fc.nat(9)), (early, late) => {
      const queue = new EventQueue<readonly [time: number, order: number]>()
      early.forEach((time, order) => {
        queue.add(time, [time, order])
      })
      const first = queue.take()
      late.forEach((time, order) => {
        queue.add(time, [time, early.length + order])
      })
      const taken: (readonly [number, number])[] = []
      while (queue.time < Number.POSITIVE_INFINITY) {
        taken.push(queue.take()!)
      }
      const all = [...early, ...late].map((time, order) => [time, order] as const)
      const inOrder = (list: typeof all) => list.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
      const expected = all.filter(([, order]) => order !== first?.[1])
      expect(first).toEqual(inOrder(all.slice(0, early.length))[0])
      expect(taken).toEqual(inOrder(expected))
      expect(queue.take()).toBeUndefined()
    }),
  )
})
