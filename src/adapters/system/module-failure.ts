import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../../errors.ts'

interface Place {
  readonly file: string
  readonly line: number | null
}

const OWN_FOLDER = new URL('.', import.meta.url).href

/**
 * Why a user's file could not be loaded: the message begins with file and line.
 * @param path the file that was asked for
 * @param loaded URLs of it and of what it imports, as far as the loading came
 */
export function moduleFailure(path: string, loaded: readonly string[], cause: unknown): UsageError {
  if (!(cause instanceof Error)) {
    return new UsageError('module.threw', `${path}: threw a ${typeof cause}, not an Error`, [
      'The file is run to be read: correct what it does at its top level.',
    ])
  }
  const { code, advice } = kindOf(cause)
  const place = placeOf(cause, loaded) ?? { file: path, line: null }
  const at = place.line === null ? place.file : `${place.file}:${place.line}`
  const message = withoutWords(cause.message.replace(IMPORTED_FROM, ''))
  const text = code === 'module.threw' ? `threw ${cause.name}: ${message}` : message
  return new UsageError(code, `${at}: ${text}`, [advice], cause)
}

const IMPORTED_FROM = / imported from (.*)$/s

/** V8 quotes the word that it stumbles over, which may be a password that lost its quotes. */
function withoutWords(message: string): string {
  return message.replace(/^(Unexpected identifier) '.*'$/s, '$1')
}

function kindOf(cause: Error): { code: string; advice: string } {
  const nodeCode = 'code' in cause ? cause.code : undefined
  if (nodeCode === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    const advice = 'Types are stripped, not compiled: no enums, namespaces, parameter properties.'
    return { code: 'module.syntax', advice }
  }
  if (nodeCode === 'ERR_MODULE_NOT_FOUND') {
    const advice = 'Install the package, or correct the path; relative imports need their ending.'
    return { code: 'module.import', advice }
  }
  if (cause instanceof SyntaxError) return { code: 'module.syntax', advice: 'Correct the file.' }
  return {
    code: 'module.threw',
    advice: 'The file is run to be read: correct what it does at its top level.',
  }
}

function placeOf(cause: Error, loaded: readonly string[]): Place | null {
  const importer = IMPORTED_FROM.exec(cause.message)?.[1]
  if (importer !== undefined) return { file: importer, line: null }
  const named = arrowPlace(cause.stack ?? '') ?? framePlace(cause.stack ?? '')
  if (named !== null || !(cause instanceof SyntaxError)) return named
  return unparsablePlace(loaded)
}

/** `FILE:LINE`, then the line itself: how Node begins the stack of what it could not parse. */
function arrowPlace(stack: string): Place | null {
  const [, file, line] = /^(\S[^\n]*):(\d+)\n/.exec(stack) ?? []
  if (file === undefined) return null
  return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line: Number(line) }
}

/** The innermost frame that is a file of the user's. */
function framePlace(stack: string): Place | null {
  for (const [, url, line] of stack.matchAll(/(file:\/\/[^\n]+?):(\d+):\d+\)?$/gm)) {
    if (!url!.startsWith(OWN_FOLDER)) return { file: fileURLToPath(url!), line: Number(line) }
  }
  return null
}

/** Node does not say where a JavaScript file is wrong; its TypeScript parser, which reads it too, does. */
function unparsablePlace(loaded: readonly string[]): Place | null {
  for (const url of loaded.toReversed()) {
    const file = fileURLToPath(url)
    try {
      stripTypeScriptTypes(readFileSync(file, 'utf8'), { sourceUrl: url })
    } catch (error) {
      return error instanceof Error ? arrowPlace(error.stack ?? '') : null
    }
  }
  return null
}
