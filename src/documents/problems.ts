import { z } from 'zod'
import { nearNames } from '../domain/routing/near-names.ts'

/** One thing that is wrong with a value, and where. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

type Issue = z.core.$ZodIssue
type RawIssue = z.core.$ZodRawIssue

/**
 * Everything that is wrong with a value, in the order of the schema. Messages name types and known
 * names, never the value itself: it may be a secret.
 */
export function problemsWith(schema: z.ZodType, value: unknown): readonly Problem[] {
  const result = schema.safeParse(value, { error: messageOf })
  return result.success ? [] : result.error.issues.flatMap(problemsOf)
}

/** `groups.analytics.topics[0]`; names with other characters are quoted. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`
      const name = String(part)
      if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`
      return i === 0 ? name : `.${name}`
    })
    .join('')
}

/** `; did you mean X?` where a known name is near, else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearNames(name, known)
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`
}

function problemsOf(issue: Issue): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n')
    return issue.keys.map((key, i) => ({ path: [...issue.path, key], message: messages[i]! }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const inner = likeliest(issue.errors)
    if (inner !== null) {
      return inner.flatMap(problemsOf).map(({ path, message }) => ({
        path: [...issue.path, ...path],
        message,
      }))
    }
    const wanted = issue.errors.map((errors) =>
      errors[0]!.message.replace(/^must be |, is .*$/g, ''),
    )
    const is = / is .*$/.exec(issue.errors[0]![0]!.message)?.[0] ?? ''
    return [{ path: issue.path, message: `must be ${[...new Set(wanted)].join(' or ')},${is}` }]
  }
  return [{ path: issue.path, message: issue.message }]
}

/** The alternative that was meant: of those whose kind of value fits, the one with least to mend. */
function likeliest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const fitting = alternatives.filter((issues) => issues.every(isInside))
  return fitting.toSorted((a, b) => a.length - b.length)[0] ?? null
}

function isInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys'
}

function messageOf(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .map((key) => `unknown field${didYouMean(key, knownFields(issue))}`)
        .join('\n')
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      return `must be ${aTypeNamed(issue.expected)}, is ${typeNamed(issue.input)}`
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}${near(issue.input, issue.values)}`
    case 'invalid_union':
      return 'discriminator' in issue ? discriminated(issue) : undefined
    case 'too_small':
      return bounded('at least', issue.minimum, issue.origin)
    case 'too_big':
      return bounded('at most', issue.maximum, issue.origin)
    default:
      return undefined
  }
}

function knownFields(issue: RawIssue): readonly string[] {
  return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : []
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  return texts.length === 1 ? texts[0]! : `one of ${texts.join(', ')}`
}

function near(input: unknown, values: readonly unknown[]): string {
  const names = values.filter((value) => typeof value === 'string')
  return typeof input === 'string' ? didYouMean(input, names) : `, is ${typeNamed(input)}`
}

/** Which of several objects is meant stands in one of its fields, and that field fits none. */
function discriminated(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const field = String(issue.discriminator)
  const given = Object.getOwnPropertyDescriptor(issue.input, field)?.value
  if (given === undefined) return 'is missing'
  const union = issue.inst instanceof z.ZodDiscriminatedUnion ? issue.inst : null
  const values = [...(union?._zod.propValues[field] ?? [])]
  return `must be ${oneOf(values)}${near(given, values)}`
}

function bounded(relation: string, bound: number | bigint, origin: string): string {
  if (origin === 'string' || origin === 'array') return 'must not be empty'
  return `must be ${relation} ${bound}`
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
}

function aTypeNamed(expected: string): string {
  return TYPE_NAMES[expected] ?? `a ${expected}`
}

function typeNamed(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction'
  return TYPE_NAMES[typeof value] ?? `a ${typeof value}`
}
