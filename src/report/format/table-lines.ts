import type { Cell, Column, Table, Text } from '../blocks.ts'
import type { Paint } from '../paint.ts'
import { barOf, sparkOf } from '../text/bars.ts'
import { displayWidth } from '../text/display-width.ts'
import { elideEnd, elideMiddle } from '../text/elide.ts'
import { wrapText } from '../text/wrap-text.ts'
import { type ColumnNeed, fitColumns, fitsComfortably, GAP } from './fit-columns.ts'
import type { Screen } from './screen.ts'

const BAR_WIDTH = { natural: 24, least: 6 }
const LEAST_WIDTH = { elide: 16, wrap: 20 }
const UTMOST_WIDTH = { elide: 8, wrap: 12 }

type Content = Pick<Table, 'columns' | 'rows'>

/** A piece of a line that is cut to its column and not yet padded or painted. */
interface Fitted {
  readonly text: string
  readonly paint: keyof Paint | 'plain'
}

/**
 * A table without lines, fitted into `width` columns.
 *
 * Our own layout and not a table package, because none that we tried keeps a total width: cli-table3
 * 0.6 needs every column's width beforehand, cuts keys at the end only, measures newer emoji
 * wrongly, and needs seconds for some ten thousand rows.
 */
export function tableLines({ columns, rows }: Content, width: number, screen: Screen): string[] {
  const widths = fitColumns(needsOf({ columns, rows }, screen), width)
  const head = columns.map(
    (column) => ({ text: column.title, tone: 'faint', code: false }) as const,
  )
  const titled = columns.some(({ title }) => title !== '')
  return [...(titled ? [head] : []), ...rows].flatMap((row) =>
    rowLines(row, columns, widths, screen),
  )
}

/** The table itself, or what stands in for it where it does not fit into `width` columns. */
export function fittingTable(table: Table, width: number, screen: Screen): Table {
  const { narrow } = table
  return narrow === null || fitsComfortably(needsOf(table, screen), width) ? table : narrow
}

function needsOf({ columns, rows }: Content, screen: Screen): ColumnNeed[] {
  return columns.map((column, index) => needOf(column, rows, index, screen))
}

function needOf(
  column: Column,
  rows: readonly (readonly Cell[])[],
  index: number,
  screen: Screen,
): ColumnNeed {
  let natural = displayWidth(column.title)
  let least = natural
  for (const row of rows) {
    const cell = row[index] ?? ''
    const bar = typeof cell === 'object' && 'bar' in cell
    const width = bar ? BAR_WIDTH.natural : displayWidth(cellText(cell, 0, screen))
    natural = Math.max(natural, width)
    least = Math.max(least, bar ? BAR_WIDTH.least : width)
  }
  if (column.fit === 'keep') return { column, natural, least, utmost: least }
  return {
    column,
    natural,
    least: Math.min(natural, LEAST_WIDTH[column.fit]),
    utmost: Math.min(natural, UTMOST_WIDTH[column.fit]),
  }
}

/** The lines of a row: one, or more where a cell was wrapped. */
function rowLines(
  row: readonly Cell[],
  columns: readonly Column[],
  widths: readonly number[],
  screen: Screen,
): string[] {
  const shown = columns.flatMap((column, index) => {
    const width = widths[index]!
    if (width === 0) return []
    return [{ column, width, lines: fitCell(row[index] ?? '', column, width, screen) }]
  })
  const height = Math.max(1, ...shown.map(({ lines }) => lines.length))
  return Array.from({ length: height }, (_, line) => {
    const cells = shown.map(({ column, width, lines }) => ({ column, width, cell: lines[line] }))
    const last = cells.findLastIndex(({ cell }) => cell !== undefined && cell.text !== '')
    return cells
      .slice(0, last + 1)
      .map(({ column, width, cell }, at) =>
        drawn(cell, column, at === last ? null : width, width, screen.paint),
      )
      .join(' '.repeat(GAP))
  })
}

function fitCell(cell: Cell, column: Column, width: number, screen: Screen): Fitted[] {
  const text = cellText(cell, width, screen)
  const paint = paintOf(cell)
  if (column.fit === 'wrap') return wrapText(text, width).map((part) => ({ text: part, paint }))
  const elide = typeof cell === 'object' && 'code' in cell && cell.code ? elideMiddle : elideEnd
  return [{ text: elide(text, width, screen.ellipsis), paint }]
}

function drawn(
  cell: Fitted | undefined,
  { align }: Column,
  padTo: number | null,
  width: number,
  paint: Paint,
): string {
  const { text, paint: name } = cell ?? { text: '', paint: 'plain' }
  const painted = name === 'plain' || text === '' ? text : paint[name](text)
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  if (align === 'right') return space + painted
  return padTo === null ? painted : painted + space
}

function cellText(cell: Cell, width: number, screen: Screen): string {
  if (typeof cell === 'object' && 'bar' in cell) return barOf(cell.bar, width, screen.unicode)
  if (typeof cell === 'object' && 'loads' in cell) return sparkOf(cell.loads, screen.unicode)
  return screen.safe(plainOf(cell))
}

function paintOf(cell: Cell): Fitted['paint'] {
  if (typeof cell === 'string') return 'plain'
  return 'tone' in cell ? cell.tone : 'bar'
}

function plainOf(text: Text): string {
  return typeof text === 'string' ? text : text.text
}
