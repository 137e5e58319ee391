import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { jsonSchemaFiles } from '../../../src/documents/json-schema.ts'
import { parseDocument } from '../../../src/documents/parse-document.ts'
import { InputError } from '../../../src/errors.ts'
import {
  APART,
  aPlan,
  aRescale,
  aStatus,
  aTroubledPlan,
  NEW_SEGMENTS,
} from '../../support/segment-documents.ts'
import { context, lane, profilerOf } from '../domain/keys/streams.ts'

/** What `analyze-keys --out` writes: a profile with its counts. */
function savedProfile(keys: number, maxMemoryBytes: number) {
  const rows = Array.from({ length: keys * 2 }, (_, i) => ({
    key: i % 7 === 0 ? null : `key-${i % keys}`,
    partition: i % 3,
    timestamp: 1_700_000_000_000 + i * 1000,
    value: i % 5 === 0 ? -1 : 20,
  }))
  const lanes = [lane('segment', 5, 'byte-sum'), lane('partition', 3, 'murmur2')]
  const profiler = profilerOf(rows, { lanes, maxMemoryBytes })
  const document = { ...profiler.document(context()), state: profiler.state() }
  return JSON.parse(JSON.stringify(document))
}

function validatorOf(kind: string) {
  return new Ajv2020({ strict: true }).compile(
    JSON.parse(jsonSchemaFiles().get(`${kind}.schema.json`)!),
  )
}
const validate = validatorOf('key-profile')

describe('profiles as they are made', () => {
  it.each([
    ['exact', 500, 2 ** 23, true],
    ['beyond their memory', 60_000, 2 ** 20, false],
  ])('%s: are what the schema says, and are read back whole', (_, keys, memory, exact) => {
    const document = savedProfile(keys, memory)
    expect(document.exact).toBe(exact)
    expect(document.state.forgotten === null).toBe(exact)
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
    expect(parseDocument('key-profile', document, 'a.json')).toEqual(document)
  })

  it('are refused with counts that are no base64', () => {
    const document = savedProfile(10, 2 ** 23)
    for (const messages of ['A===', '*AAA', 'AAAAA']) {
      const broken = { ...document, state: { ...document.state } }
      broken.state.keys = { ...document.state.keys, messages }
      expect(() => parseDocument('key-profile', broken, 'a.json')).toThrow(InputError)
      expect(() => parseDocument('key-profile', broken, 'a.json')).toThrow(/state\.keys\.messages/)
    }
  })
})

describe('plans and statuses as the planner makes them', () => {
  const four = { analytics: 4 }
  it.each([
    ['of new segments', aPlan({ operation: 'distribute', segments: four }, NEW_SEGMENTS)],
    ['that is refused', aPlan({ operation: 'collapse', segments: four }, APART)],
    ['with everything in it', aTroubledPlan()],
    ['with exclusions', aRescale()],
  ])('a plan %s: is what the schema says, and is read back whole', (_, plan) => {
    const valid = validatorOf('offset-plan')
    expect(valid(plan), JSON.stringify(valid.errors)).toBe(true)
    expect(parseDocument('offset-plan', JSON.parse(JSON.stringify(plan)), 'a.json')).toEqual(plan)
  })

  it('a status: is what the schema says', () => {
    const valid = validatorOf('segment-status')
    expect(valid(aStatus(four, APART)), JSON.stringify(valid.errors)).toBe(true)
  })

  it('a plan whose guard nobody knows is refused, with the names that there are', () => {
    const plan = { ...aTroubledPlan(), waived: [{ guard: 'existing-offset', message: '' }] }
    expect(() => parseDocument('offset-plan', plan, 'a.json')).toThrow(
      /waived\[0\]\.guard: must be one of .*did you mean existing-offsets\?/,
    )
  })
})
