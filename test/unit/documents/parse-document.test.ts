import { describe, expect, it } from 'vitest'
import { DOCUMENT_SCHEMAS } from '../../../src/documents/documents.ts'
import { type DocumentKind, parseDocument } from '../../../src/documents/parse-document.ts'
import { InputError } from '../../../src/errors.ts'
import { DOCUMENT_EXAMPLES } from '../../support/document-examples.ts'
import { aKeyProfile, aLane } from '../../support/documents.ts'

function failure(kind: DocumentKind, value: unknown): InputError {
  try {
    parseDocument(kind, value, 'a.json')
  } catch (error) {
    if (error instanceof InputError) return error
  }
  throw new Error('no InputError')
}

describe('reading documents back', () => {
  it.each(Object.keys(DOCUMENT_SCHEMAS) as DocumentKind[])('%s: gives what was written', (kind) => {
    const written = JSON.parse(JSON.stringify(DOCUMENT_EXAMPLES[kind]))
    expect(parseDocument(kind, written, 'a.json')).toEqual(DOCUMENT_EXAMPLES[kind])
  })

  it('names file, path and what is wrong', () => {
    const lane = { ...aLane('segment', 'md5', [1, 1]), count: -1 }
    const error = failure('key-profile', { ...aKeyProfile(), lanes: [lane], exact: 'yes' })
    expect(error.code).toBe('input.bad-document')
    expect(error.message.split('\n')).toEqual([
      'a.json is no valid key-profile document:',
      '  exact: must be true or false, is text',
      '  lanes[0].count: must be at least 1',
    ])
  })

  it('lists ten problems and says how many more there are', () => {
    const { message } = failure('key-profile', { kind: 'key-profile', version: 1 })
    const lines = message.split('\n')
    expect(lines).toHaveLength(12)
    expect(lines[1]).toBe('  generatedBy: is missing')
    expect(lines.at(-1)).toMatch(/^ {2}and \d+ more$/)
  })

  it.each([
    [{ kind: 'routes', version: 1 }, 'input.other-document', 'a.json is a routes document'],
    [{ kind: 'key-profile', version: 2 }, 'input.newer-document', 'a.json is version 2'],
    [{ kind: 'key-profile' }, 'input.no-document', 'a.json is no document of pstool'],
    [{ kafka: true }, 'input.no-document', 'a.json is no document of pstool'],
    [null, 'input.no-document', 'a.json is no document of pstool'],
    ['text', 'input.no-document', 'a.json is no document of pstool'],
  ])('%j: %s', (value, code, message) => {
    const error = failure('key-profile', value)
    expect([error.code, error.message]).toEqual([code, message])
  })
})
