import { describe, expect, it } from 'vitest'
import type { OffsetPlanDocument, OffsetStep } from '../../../../src/domain/offsets/plan.ts'
import { contradictions } from '../../../../src/domain/offsets/plan-consistency.ts'
import { APART, aPlan, NEW_SEGMENTS } from '../../../support/segment-documents.ts'

const plan = aPlan({ operation: 'distribute', segments: { analytics: 2 } }, NEW_SEGMENTS)
const [first] = plan.steps
const withStep = (changes: Partial<OffsetStep>): OffsetPlanDocument => {
  return { ...plan, steps: [...plan.steps, { ...first!, ...changes }] }
}

describe('a plan that was changed by hand', () => {
  it.each<[string, OffsetPlanDocument, string]>([
    [
      'names a group that nobody looked at',
      withStep({ group: 'other' }),
      'a step is for other, which is none of its groups',
    ],
    [
      'names a topic that nobody looked at',
      withStep({ topic: 'audit' }),
      'a step is for audit#0, which is none of its partitions',
    ],
    [
      'names a partition that there is not',
      withStep({ partition: 3 }),
      'a step is for user_events#3, which is none of its partitions',
    ],
    [
      'gives a partition two offsets',
      withStep({ to: '7' }),
      'analytics-parallel-0 has two steps for user_events#0',
    ],
    [
      'starts a step elsewhere',
      { ...plan, steps: [{ ...first!, from: '3' }] },
      'the step of analytics-parallel-0 for user_events#0 does not start where the group stood',
    ],
    [
      'takes a group out',
      { ...plan, groups: plan.groups.filter(({ role }) => role !== 'origin') },
      'it does not have every group of analytics',
    ],
    [
      'puts another in its place',
      {
        ...plan,
        groups: plan.groups.map((one) => (one.role === 'origin' ? { ...one, group: 'b' } : one)),
      },
      'it does not have every group of analytics',
    ],
  ])('contradicts itself where it %s', (_, changed, said) => {
    expect(contradictions(changed)).toEqual([said])
  })

  it('is told once of a group with many steps', () => {
    const steps = plan.steps.map((step) => ({ ...step, group: 'other' }))
    expect(contradictions({ ...plan, steps })).toHaveLength(1)
  })
})

describe('a plan as it was made', () => {
  it.each([1, 2, 3, 6])('does not contradict itself: rescale to %d', (to) => {
    const segments = { analytics: 4 }
    expect(contradictions(aPlan({ operation: 'rescale', segments, to }, APART))).toEqual([])
  })

  it.each(['distribute', 'collapse', 'reset'] as const)('does not either: %s', (operation) => {
    const asked = { operation, segments: { analytics: 4 }, force: true }
    expect(contradictions(aPlan(asked, APART))).toEqual([])
  })

  it('is refused for what stands against it, and for nothing else', () => {
    const refused = aPlan({ operation: 'collapse', segments: { analytics: 4 } }, APART)
    expect(refused.violations).not.toEqual([])
    expect(contradictions({ ...refused, groups: [] })).toEqual([])
  })
})
