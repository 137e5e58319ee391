import type { z } from 'zod'
import { InputError } from '../errors.ts'
import { DOCUMENT_SCHEMAS } from './documents.ts'
import { pathText, problemsWith } from './problems.ts'

export type DocumentKind = keyof typeof DOCUMENT_SCHEMAS
export type DocumentOf<Kind extends DocumentKind> = z.infer<(typeof DOCUMENT_SCHEMAS)[Kind]>

const MOST_PROBLEMS = 10

/**
 * A document that was read back, with no field that this version does not know.
 * @param origin how messages call it: a file's name
 * @throws InputError for another kind, another version, and fields that are missing or wrong
 */
export function parseDocument<Kind extends DocumentKind>(
  kind: Kind,
  value: unknown,
  origin: string,
): DocumentOf<Kind> {
  checkHeader(kind, value, origin)
  const schema = DOCUMENT_SCHEMAS[kind]
  const problems = problemsWith(schema, value)
  if (problems.length === 0) return schema.parse(value) as DocumentOf<Kind>
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `\n  ${pathText(path)}: ${message}`)
  const more = problems.length - lines.length
  if (more > 0) lines.push(`\n  and ${more} more`)
  throw new InputError(
    'input.bad-document',
    `${origin} is no valid ${kind} document:${lines.join('')}`,
    [`Write it again with this version of pstool; schemas/${kind}.schema.json says what it holds.`],
  )
}

function checkHeader(kind: string, value: unknown, origin: string): void {
  const { kind: found, version } = Object(value) as { kind?: unknown; version?: unknown }
  if (typeof found !== 'string' || typeof version !== 'number') {
    throw new InputError('input.no-document', `${origin} is no document of pstool`, [
      `A ${kind} document starts with {"kind": "${kind}", "version": 1, ..}.`,
    ])
  }
  if (found !== kind) {
    throw new InputError('input.other-document', `${origin} is a ${found} document`, [
      `A ${kind} document is needed here.`,
    ])
  }
  if (version !== 1) {
    throw new InputError('input.newer-document', `${origin} is version ${version}`, [
      'This pstool reads version 1: use the pstool that wrote it, named in its generatedBy.',
    ])
  }
}
