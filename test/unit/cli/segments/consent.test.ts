import { describe, expect, it } from 'vitest'
import { consented } from '../../../../src/cli/segments/consent.ts'
import { RefusedError, UsageError } from '../../../../src/errors.ts'
import { APART, aPlan, NEW_SEGMENTS } from '../../../support/segment-documents.ts'

const plain = aPlan({ operation: 'distribute', segments: { analytics: 4 } }, NEW_SEGMENTS)
const waived = aPlan({ operation: 'reset', segments: { analytics: 4 }, force: true }, APART)
const no = { yes: false, force: false }

/** Answers every question with this, and keeps the questions. */
function answering(answer: string | null) {
  const questions: string[] = []
  const ask = async (question: string) => {
    questions.push(question)
    return answer
  }
  return { ask, questions }
}

describe('consent (M10)', () => {
  it.each(['y', 'Y', 'yes', ' YES '])('is given by %j', async (answer) => {
    const { ask, questions } = answering(answer)
    await consented(plain, no, ask)
    expect(questions).toEqual(['Apply this plan? [y/N] '])
  })

  it.each(['', 'n', 'no', 'yeah', 'analytics', null])('is not given by %j', async (answer) => {
    await expect(consented(plain, no, answering(answer).ask)).rejects.toThrow(RefusedError)
  })

  it.each(['analytics', ' analytics '])(
    'to waived guards is the name of the group: %j',
    async (name) => {
      const { ask, questions } = answering(name)
      await consented(waived, no, ask)
      expect(questions).toEqual(['Guards are waived. To apply the plan, type analytics: '])
    },
  )

  it.each(['y', 'yes', 'Analytics', 'analytics-parallel-0', '', null])(
    'to waived guards is not %j',
    async (answer) => {
      await expect(consented(waived, no, answering(answer).ask)).rejects.toThrow(
        'declined: nothing was written',
      )
    },
  )

  it.each([
    { yes: true, force: false },
    { yes: false, force: true },
  ])('is not asked for with %j', async (flags) => {
    const { ask, questions } = answering(null)
    await consented(waived, flags, ask)
    await consented(plain, flags, null)
    expect(questions).toEqual([])
  })

  it('without a terminal has to be a flag', async () => {
    await expect(consented(plain, no, null)).rejects.toThrow(UsageError)
    await expect(consented(plain, no, null)).rejects.toMatchObject({
      suggestions: ['Apply it with --yes, or look at it with --dry-run.'],
    })
  })
})
