import { base64Bytes } from './base64-bytes.ts'
import { unescaped } from './json-escapes.ts'
import { JsonScanner } from './json-scanner.ts'

const QUOTE = 34
const CLOSE_BRACE = 125

/** The bytes that `{"base64": ".."}` stands for; the JSON text itself of any other object. */
export function objectHeader(json: Uint8Array): Uint8Array {
  const scanner = new JsonScanner()
  scanner.reset(json, json.length)
  const first = scanner.name(1)
  if (first < 0 || json[first] !== QUOTE) return json
  const name = Buffer.from(json.subarray(scanner.nameStart, scanner.nameStop)).toString()
  const stop = scanner.value(first)
  if (name !== 'base64' || json[scanner.space(stop)] !== CLOSE_BRACE) return json
  const text = unescaped(json, first + 1, stop - 1, scanner.shrink)
  return text === null ? json : (base64Bytes(text) ?? json)
}
