import { describe, expect, it } from 'vitest'
import { progressLine } from '../../../../src/adapters/terminal/progress.ts'

/** A line on a terminal whose clock stands where the test puts it. */
function aLine({ interactive = true, columns = 80 } = {}) {
  const written: string[] = []
  const clock = { ms: 5000 }
  const stream = { write: (text: string) => written.push(text) }
  const line = progressLine({ stream, interactive, columns, now: () => clock.ms })
  const at = (ms: number, done: number, expected: number | null) => {
    clock.ms = 5000 + ms
    line.update(done, expected)
  }
  return { written, at, end: line.end }
}

describe('progressLine', () => {
  it('shows nothing in the first second, nor takes away what was never there', () => {
    const { written, at, end } = aLine()
    at(999, 10, 20)
    end()
    expect(written).toEqual([])
  })

  it('tells records, share, rate and the time left', () => {
    const { written, at } = aLine()
    at(2000, 1_200_000, 4_800_000)
    expect(written).toEqual(['\r\x1b[K1,200,000 of 4,800,000 records, 25 %, 600,000/s, 6 s left'])
  })

  it('tells records and rate alone where nobody knows the end', () => {
    const { written, at } = aLine()
    at(2000, 3000, null)
    expect(written).toEqual(['\r\x1b[K3,000 records, 1,500/s'])
  })

  it.each([
    [90, '1 min 30 s'],
    [7200, '2 h 0 min'],
  ])('counts %d seconds in larger units', (seconds, text) => {
    const { written, at } = aLine()
    at(1000, 10, 10 + 10 * seconds)
    expect(written[0]).toContain(`, ${text} left`)
  })

  it('promises no time while nothing has come', () => {
    const { written, at } = aLine()
    at(1000, 0, 10)
    expect(written).toEqual(['\r\x1b[K0 of 10 records, 0 %, 0/s'])
  })

  it('is redrawn at most ten times a second, and taken away at the end', () => {
    const { written, at, end } = aLine()
    for (let ms = 1000; ms < 2000; ms++) at(ms, ms, null)
    expect(written.length).toBe(10)
    end()
    end()
    expect(written.slice(10)).toEqual(['\r\x1b[K'])
  })

  it('stays on its line', () => {
    const { written, at } = aLine({ columns: 20 })
    at(2000, 1_200_000, 4_800_000)
    expect(written).toEqual(['\r\x1b[K1,200,000 of 4,800,'])
  })

  it('writes nothing where nobody watches', () => {
    const { written, at, end } = aLine({ interactive: false })
    at(2000, 10, 20)
    end()
    expect(written).toEqual([])
  })
})
