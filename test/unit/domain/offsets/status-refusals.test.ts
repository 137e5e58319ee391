import { describe, expect, it } from 'vitest'
import { APART, aStatus, NEW_SEGMENTS } from '../../../support/segment-documents.ts'

const refusals = (...status: Parameters<typeof aStatus>) => {
  const { distribute, collapse } = aStatus(...status).segmented[0]!
  return { distribute, collapse }
}

describe('a status says what a run would be refused for', () => {
  it('where nobody has committed anything', () => {
    expect(refusals({ analytics: 2 }, { committed: {} })).toEqual({
      distribute: ['Group analytics has committed nothing that could be distributed'],
      collapse: ['No parallel segment of analytics has committed anything'],
    })
  })

  it('where the segments are new', () => {
    expect(refusals({ analytics: 4 }, NEW_SEGMENTS)).toEqual({
      distribute: [],
      collapse: ['No parallel segment of analytics has committed anything'],
    })
  })

  it('where an offset is not kept any more', () => {
    const topics = { user_events: [[1001, 2000] as const] }
    expect(
      refusals({ a: 2 }, { committed: { a: { 'user_events#0': 1000 } }, topics }).distribute,
    ).toEqual(['Offset 1000 for user_events#0 is before what the log keeps (1001 to 2000)'])
  })

  it('where segments are apart', () => {
    const { distribute, collapse } = refusals({ analytics: 4 }, APART)
    expect(distribute[0]).toBe(
      'Parallel segment analytics-parallel-0 already has offset 1000 set for user_events#0',
    )
    expect(collapse.at(-1)).toBe('Parallel segments for analytics have inconclusive offsets')
  })
})
