/** Text of a file as it may go into a message: one line, and nothing in it moves the cursor. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16)
    return `\\u${code.padStart(4, '0')}`
  })
}
