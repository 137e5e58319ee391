import type { Block, Listing, More, Notice, Paragraph, Section, Table, Tone } from '../blocks.ts'
import { count } from '../text/numbers.ts'
import { wrapCommand, wrapText } from '../text/wrap-text.ts'
import type { Screen } from './screen.ts'
import { fittingTable, tableLines } from './table-lines.ts'

/** Sections stand at the margin, what belongs to them is indented. */
const INDENT = '  '

/** The blocks as text for a terminal or a plain text file, ending with a line break. */
export function terminalText(blocks: readonly Block[], screen: Screen): string {
  const lines = blocks.flatMap((block) => linesOf(block, screen))
  return `${lines.join('\n').trim()}\n`
}

function linesOf(block: Block, screen: Screen): string[] {
  switch (block.block) {
    case 'headline':
      return wrapped(block.text, 'strong', '', screen)
    case 'section':
      return sectionLines(block, screen)
    case 'paragraph':
      return paragraphLines(block, screen)
    case 'notice':
      return noticeLines(block, screen)
    case 'listing':
      return listingLines(block, screen)
    case 'table':
      return indentedTable(block, screen)
    case 'footer':
      return ['', ...wrapped(block.text, 'faint', '', screen)]
  }
}

function sectionLines({ title, level, definition }: Section, screen: Screen): string[] {
  const margin = level === 1 ? '' : INDENT
  const meaning = definition === '' ? [] : wrapped(definition, 'faint', INDENT, screen)
  return ['', ...wrapped(title, 'strong', margin, screen), ...meaning]
}

function paragraphLines({ text }: Paragraph, screen: Screen): string[] {
  if (typeof text === 'string') return wrapped(text, 'plain', INDENT, screen)
  return wrapped(text.text, text.tone, INDENT, screen)
}

function noticeLines({ tone, text, advice }: Notice, screen: Screen): string[] {
  const mark = tone === 'bad' || tone === 'warn' ? '!' : tone === 'good' ? '+' : '-'
  const said = wrapped(text, 'plain', `${INDENT}  `, screen)
  const first = said[0]!.trimStart()
  const advised = advice === '' ? [] : wrapped(advice, 'faint', `${INDENT}  `, screen)
  return [`${INDENT}${painted(mark, tone, screen)} ${first}`, ...said.slice(1), ...advised]
}

/** Lines that do not fit go on further in, so that each still stands out. */
function listingLines({ lines, more, joint }: Listing, screen: Screen): string[] {
  const margin = `${INDENT}${INDENT}`
  const hanging = screen.width - margin.length - INDENT.length
  const shown = lines.flatMap((line) => {
    const wrap = joint === '' ? wrapText : wrapCommand
    const parts = wrap(screen.safe(line), hanging - joint.length)
    return parts.map((part, at) => {
      const indent = at === 0 ? margin : `${margin}${INDENT}`
      return `${indent}${part}${at === parts.length - 1 ? '' : joint}`
    })
  })
  return [...shown, ...moreLines(more, screen)]
}

function indentedTable(table: Table, screen: Screen): string[] {
  const width = screen.width - INDENT.length
  const shown = fittingTable(table, width, screen)
  const lines = tableLines(shown, width, screen)
  return [...lines.map((line) => `${INDENT}${line}`), ...moreLines(shown.more, screen)]
}

function moreLines(more: More | null, screen: Screen): string[] {
  if (more === null) return []
  return wrapped(
    `.. ${count(more.left)} more ${more.what} (--format json)`,
    'faint',
    INDENT,
    screen,
  )
}

function wrapped(text: string, tone: Tone, margin: string, screen: Screen): string[] {
  return wrapText(screen.safe(text), screen.width - margin.length).map(
    (line) => `${margin}${painted(line, tone, screen)}`,
  )
}

function painted(text: string, tone: Tone, { paint }: Screen): string {
  return tone === 'plain' || text === '' ? text : paint[tone](text)
}
