import { displayWidth, graphemesOf } from './display-width.ts'

/** The text in at most `width` columns; what does not fit goes at the end. */
export function elideEnd(text: string, width: number, mark = '…'): string {
  if (displayWidth(text) <= width) return text
  if (width <= mark.length) return mark.slice(0, Math.max(width, 0))
  return `${take(graphemesOf(text), width - mark.length)}${mark}`
}

/** The text in at most `width` columns; what does not fit goes in the middle: keys differ at both ends. */
export function elideMiddle(text: string, width: number, mark = '…'): string {
  if (displayWidth(text) <= width) return text
  if (width <= mark.length) return mark.slice(0, Math.max(width, 0))
  const graphemes = graphemesOf(text)
  const room = width - mark.length
  const head = take(graphemes, Math.ceil(room / 2))
  const tail = take(graphemes.toReversed(), room - displayWidth(head), true)
  return `${head}${mark}${tail}`
}

/** As many graphemes as fit; `reversed` puts them back in reading order. */
function take(graphemes: readonly string[], width: number, reversed = false): string {
  const taken: string[] = []
  let used = 0
  for (const grapheme of graphemes) {
    used += displayWidth(grapheme)
    if (used > width) break
    taken.push(grapheme)
  }
  return (reversed ? taken.toReversed() : taken).join('')
}
