import type { Document, Pair, YAMLError } from 'yaml'
import { UsageError } from '../../errors.ts'
import { jsonSyntaxError } from './json-syntax.ts'

/** A configuration read from text, and where its fields stand. */
export interface ConfigText {
  readonly value: unknown
  /** `line:column` of a field, or of the nearest one around it that is written down. */
  locate(path: readonly PropertyKey[]): string
}

/**
 * @param file how messages call it
 * @throws UsageError with line and column; the text itself, which may hold secrets, is not quoted
 */
export async function parseJsonConfig(text: string, file: string): Promise<ConfigText> {
  const stop = jsonSyntaxError(text)
  if (stop !== null) throw syntaxError(file, text, stop.offset, `expected ${stop.expected}`)
  const value: unknown = JSON.parse(text)
  const document = await yamlDocument(text)
  return { value, locate: (path) => position(text, offsetOf(document, path)) }
}

/** The same for YAML 1.2; an empty file is an empty configuration. */
export async function parseYamlConfig(text: string, file: string): Promise<ConfigText> {
  const document = await yamlDocument(text)
  const error = document.errors[0]
  if (error !== undefined) throw syntaxError(file, text, error.pos[0], yamlMessage(error))
  return {
    value: document.toJS({ maxAliasCount: 100 }) ?? {},
    locate: (path) => position(text, offsetOf(document, path)),
  }
}

async function yamlDocument(text: string): Promise<Document.Parsed> {
  const { parseDocument } = await import('yaml')
  return parseDocument(text, { prettyErrors: false })
}

/** Messages of these kinds are made without a word of the text. */
const SAFE = new Set<YAMLError['code']>([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'DUPLICATE_KEY',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'MULTIPLE_DOCS',
  'TAB_AS_INDENT',
])

function yamlMessage({ code, message }: YAMLError): string {
  if (SAFE.has(code)) return message
  return `not YAML (${code.toLowerCase().replaceAll('_', ' ')})`
}

function syntaxError(file: string, text: string, offset: number, message: string): UsageError {
  return new UsageError('config.syntax', `${file}:${position(text, offset)}: ${message}`, [
    'Correct the file.',
  ])
}

/** `line:column`, both from 1. */
function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${before.at(-1)!.length + 1}`
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const part of path) {
    const items: readonly unknown[] = (node as { items?: readonly unknown[] } | null)?.items ?? []
    const pair = items.find((item): item is Pair => isPairOf(item, part))
    const key = pair === undefined ? items[Number(part)] : pair.key
    if (startOf(key) === null) return offset
    offset = startOf(key)!
    node = pair === undefined ? key : pair.value
  }
  return offset
}

function isPairOf(item: unknown, name: PropertyKey): boolean {
  const key = (item as { key?: { value?: unknown } }).key
  return key !== undefined && String(key?.value) === String(name)
}

function startOf(node: unknown): number | null {
  return (node as { range?: readonly number[] } | null | undefined)?.range?.[0] ?? null
}
