import { displayWidth, graphemesOf } from './display-width.ts'

/** Where a line may end: not between a number and its unit. */
const BREAK = / (?!(?:%|[KMGTP]iB|B)(?:\W|$))/

/** What stands between spaces that are not quoted. */
const SHELL_WORDS = /(?:\\.|'[^']*'|[^\s'\\])+/g

/** Lines of at most `width` columns, broken at spaces; a longer word is broken where it must be. */
export function wrapText(text: string, width: number): string[] {
  const words = text.split(BREAK).flatMap((whole) => breakWord(whole, width))
  return filled(words, width)
}

/** The same for a command of a shell, whose words stay whole, be they quoted or long. */
export function wrapCommand(command: string, width: number): string[] {
  return filled(command.match(SHELL_WORDS) ?? [], width)
}

function filled(words: readonly string[], width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || displayWidth(longer) <= width) {
      line = longer
    } else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line].map((wrapped) => wrapped.trimEnd())
}

function breakWord(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word]
  const parts = ['']
  for (const grapheme of graphemesOf(word)) {
    const part = parts.at(-1)! + grapheme
    if (displayWidth(part) <= width || parts.at(-1) === '') parts[parts.length - 1] = part
    else parts.push(grapheme)
  }
  return parts
}
