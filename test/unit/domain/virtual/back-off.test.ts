import { describe, expect, it } from 'vitest'
import { pauseAfter } from '../../../../src/domain/virtual/back-off.ts'

const backOff = { timeoutMs: 1000, maxTimeoutMs: 30_000, exponential: true }

describe('pauseAfter', () => {
  it('E2: doubles from the first failure up to its most', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((failures) => pauseAfter(backOff, failures))
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it('E2: is constant where it is not exponential', () => {
    const constant = { ...backOff, exponential: false }
    expect([1, 2, 9].map((failures) => pauseAfter(constant, failures))).toEqual([1000, 1000, 1000])
  })

  it('E2: is never above its most', () => {
    const small = { timeoutMs: 500, maxTimeoutMs: 200 }
    expect(pauseAfter({ ...small, exponential: true }, 1)).toBe(200)
    expect(pauseAfter({ ...small, exponential: false }, 1)).toBe(200)
  })

  it('E5: has an answer after any number of failures', () => {
    expect(pauseAfter(backOff, 1e15)).toBe(30_000)
    expect(pauseAfter({ ...backOff, timeoutMs: 0 }, 5000)).toBe(0)
  })
})
