import type { Block, Cell, Column, More, Table, Text } from '../blocks.ts'
import { count } from '../text/numbers.ts'
import { safeText } from '../text/safe-text.ts'

/** The blocks as GitHub Markdown; bars are left out, their figures stand beside them. */
export function markdownText(blocks: readonly Block[]): string {
  const written = blocks.map((block, index) => {
    const inList = block.block === 'notice' && blocks[index - 1]?.block === 'notice'
    return `${index === 0 ? '' : inList ? '\n' : '\n\n'}${markdownOf(block)}`
  })
  return `${written.join('')}\n`
}

function markdownOf(block: Block): string {
  switch (block.block) {
    case 'headline':
      return `# ${escaped(block.text)}`
    case 'section': {
      const title = `${block.level === 1 ? '##' : '###'} ${escaped(block.title)}`
      return block.definition === '' ? title : `${title}\n\n${escaped(block.definition)}`
    }
    case 'paragraph':
      return inline(block.text)
    case 'notice': {
      const mark = block.tone === 'bad' || block.tone === 'warn' ? '**Warning:** ' : ''
      const advice = block.advice === '' ? '' : `  \n  ${escaped(block.advice)}`
      return `- ${mark}${escaped(block.text)}${advice}`
    }
    case 'listing':
      return [...block.lines.map((line) => `- ${codeSpan(line)}`), ...moreLine(block.more)].join(
        '\n',
      )
    case 'table':
      return tableOf(block)
    case 'footer':
      return escaped(block.text)
  }
}

function tableOf({ columns, rows, more }: Table): string {
  const written = columns.map((_, index) => rows.every((row) => !isGraph(row[index])))
  const shown = <Value>(values: readonly Value[]) => values.filter((_, index) => written[index])
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = (column: Column) => (column.align === 'right' ? '--:' : ':--')
  const lines = [
    line(shown(columns).map(({ title }) => escaped(title))),
    line(shown(columns).map(rule)),
    ...rows.map((row) => line(shown(row).map((cell) => inline(cell as Text)))),
  ]
  return [lines.join('\n'), ...moreLine(more)].join('\n\n')
}

function isGraph(cell: Cell | undefined): boolean {
  return typeof cell === 'object' && ('bar' in cell || 'loads' in cell)
}

function moreLine(more: More | null): string[] {
  return more === null ? [] : [`.. ${count(more.left)} more ${more.what} (\`--format json\`)`]
}

function inline(text: Text): string {
  if (typeof text === 'string') return escaped(text)
  // A code span cannot hold a backslash before a pipe in every table: such text is escaped instead.
  if (text.code && !text.text.includes('\\|')) return codeSpan(text.text).replaceAll('|', '\\|')
  const markup = escaped(text.text)
  return (text.tone === 'warn' || text.tone === 'bad') && markup !== '' ? `**${markup}**` : markup
}

/** Everything that Markdown or HTML would read as markup is taken as it stands. */
function escaped(text: string): string {
  return safeText(text)
    .trim()
    .replace(/[\\`*_{}[\]<>#~|&$!]/g, '\\$&')
    .replace(/^[-+](?=\s|$)|^[-=]+$|(?<=^\d+)[.)](?=\s|$)/, '\\$&')
}

/** A code span whose fence is longer than any run of backticks inside. */
function codeSpan(text: string): string {
  const safe = safeText(text)
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const space = /^`|`$|^ .* $/.test(safe) ? ' ' : ''
  return `${fence}${space}${safe}${space}${fence}`
}
