import type { Block, Cell, Column, More, Notice, Table, Text, Tone } from '../blocks.ts'
import { count } from '../text/numbers.ts'
import { safeText } from '../text/safe-text.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const TONES: Readonly<Record<Tone, string>> = {
  plain: '',
  strong: 'strong',
  faint: 'faint',
  good: 'good',
  warn: 'warn',
  bad: 'bad',
}

/** Text as it can stand in an element or a quoted attribute; what hides or commands is written out. */
export function htmlText(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (found) => ENTITIES[found] ?? found)
}

/** The blocks as HTML: headings from `h2`, tables with scoped headers; bars are drawn. */
export function htmlBlocks(blocks: readonly Block[]): string {
  return blocks.map((block) => `${htmlOf(block)}\n`).join('')
}

function htmlOf(block: Block): string {
  switch (block.block) {
    case 'headline':
      return `<h1>${htmlText(block.text)}</h1>`
    case 'section': {
      const title = `<h${block.level + 1}>${htmlText(block.title)}</h${block.level + 1}>`
      return block.definition === ''
        ? title
        : `${title}\n<p class="faint">${htmlText(block.definition)}</p>`
    }
    case 'paragraph':
      return `<p>${inline(block.text)}</p>`
    case 'notice':
      return noticeOf(block)
    case 'listing': {
      const lines = block.lines.map((line) => `${htmlText(line)}\n`).join('')
      return `<pre>${lines}</pre>${moreLine(block.more)}`
    }
    case 'table':
      return tableOf(block)
    case 'footer':
      return `<footer>${htmlText(block.text)}</footer>`
  }
}

function noticeOf({ tone, text, advice }: Notice): string {
  const mark = tone === 'bad' || tone === 'warn' ? 'Warning: ' : ''
  const more = advice === '' ? '' : `<br>${htmlText(advice)}`
  return `<p class="notice ${TONES[tone]}"><strong>${mark}</strong>${htmlText(text)}${more}</p>`
}

function tableOf({ columns, rows, more }: Table): string {
  const titles = columns
    .map((column) => `<th scope="col"${classOf(column)}>${htmlText(column.title)}</th>`)
    .join('')
  const lines = rows.map((row) => {
    const cells = columns.map((column, index) => {
      const tag = index === 0 ? 'th scope="row"' : 'td'
      return `<${tag}${classOf(column)}>${cellOf(row[index] ?? '')}</${tag.slice(0, 2)}>`
    })
    return `<tr>${cells.join('')}</tr>\n`
  })
  return (
    `<div class="table"><table>\n<thead><tr>${titles}</tr></thead>\n` +
    `<tbody>\n${lines.join('')}</tbody>\n</table></div>${moreLine(more)}`
  )
}

function classOf({ align, fit }: Column): string {
  if (align === 'right') return ' class="number"'
  return fit === 'wrap' ? ' class="prose"' : ''
}

function cellOf(cell: Cell): string {
  if (typeof cell === 'object' && 'bar' in cell) {
    const width = (Math.min(1, Math.max(0, cell.bar)) * 100).toFixed(1)
    return `<span class="bar" style="width:${width}%"></span>`
  }
  if (typeof cell === 'object' && 'loads' in cell) return cell.loads.map(count).join(' ')
  return inline(cell)
}

function inline(text: Text): string {
  if (typeof text === 'string') return htmlText(text)
  const body = text.code ? `<code>${htmlText(text.text)}</code>` : htmlText(text.text)
  return text.tone === 'plain' ? body : `<span class="${TONES[text.tone]}">${body}</span>`
}

function moreLine(more: More | null): string {
  return more === null
    ? ''
    : `\n<p class="faint">.. ${count(more.left)} more ${htmlText(more.what)}</p>`
}
