/** Harmless to a JSON parser, not to a terminal: C1 controls, bidi controls, hidden characters. */
const COMMANDS = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * The document itself, two spaces deep, fields in the document's order. Characters that could
 * command a terminal are written as `\u` escapes: the same value for every parser.
 */
export function jsonText(document: unknown): string {
  const text = JSON.stringify(document, null, 2)
  return `${text.replace(COMMANDS, unicodeEscapes)}\n`
}

function unicodeEscapes(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
