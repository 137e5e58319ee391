/** Whole emoji come first, so that the joiners inside them are not taken for hidden characters. */
const EMOJI_OR_HIDDEN = /\p{RGI_Emoji}|[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gv
const EMOJI = /^\p{RGI_Emoji}$/v
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** What our own sentences use beyond ASCII, for terminals that cannot show it. */
const IN_ASCII: Readonly<Record<string, string>> = { '…': '..', '±': '+/-', '·': '-', '×': 'x' }

/**
 * The text with everything that a reader would not see, or that would command a terminal, written
 * out: control characters, escape sequences, bidi controls, zero-width characters, odd spaces,
 * lone surrogates. `\x1b[31m` can then stand in a key without painting the terminal. Applying it
 * twice changes nothing.
 */
export function safeText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text
  return text.replace(EMOJI_OR_HIDDEN, (found) =>
    found === ' ' || EMOJI.test(found) ? found : escaped(found),
  )
}

/** `safeText` in ASCII alone: what else there is becomes an escape. */
export function asciiText(text: string): string {
  return safeText(text).replace(/[^\x20-\x7e]/gu, (found) => IN_ASCII[found] ?? escaped(found))
}

function escaped(text: string): string {
  return SHORT_ESCAPES[text] ?? Array.from(text, escapedCharacter).join('')
}

function escapedCharacter(character: string): string {
  const code = character.codePointAt(0)!
  const hex = code.toString(16)
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}
