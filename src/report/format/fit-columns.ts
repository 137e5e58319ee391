import type { Column } from '../blocks.ts'

/** A column with the widths that it would like and that it can live with. */
export interface ColumnNeed {
  readonly column: Column
  readonly natural: number
  /** Comfortably; and at the utmost, before columns that must not be cut are cut. */
  readonly least: number
  readonly utmost: number
}

/** Between two columns. */
export const GAP = 2

/**
 * Widths that fit into `available` columns together with the gaps, 0 for a column that has to go:
 * first the columns leave that may, then bars shrink, then text to what it can live with, the
 * widest first, and at last everything.
 */
export function fitColumns(needs: readonly ColumnNeed[], available: number): number[] {
  const kept = keptColumns(needs, available)
  const widths = needs.map(({ natural }, index) => (kept.has(index) ? natural : 0))
  shrink(widths, available, (index) => {
    const { column, natural, least } = needs[index]!
    return column.fit === 'keep' ? least : natural
  })
  shrink(widths, available, (index) => needs[index]!.least)
  shrink(widths, available, (index) => needs[index]!.utmost)
  shrink(widths, available, () => 1)
  return widths
}

/** Whether all columns that must not leave have what they can comfortably live with. */
export function fitsComfortably(needs: readonly ColumnNeed[], available: number): boolean {
  const staying = needs.filter(({ column }) => column.drop === 0)
  return total(staying.map(({ least }) => least)) <= available
}

function keptColumns(needs: readonly ColumnNeed[], available: number): Set<number> {
  const kept = new Set(needs.keys())
  const leaving = [...kept]
    .filter((index) => needs[index]!.column.drop > 0)
    .sort((a, b) => needs[b]!.column.drop - needs[a]!.column.drop)
  for (const index of leaving) {
    if (total([...kept].map((at) => needs[at]!.least)) <= available) break
    kept.delete(index)
  }
  return kept
}

function shrink(widths: number[], available: number, leastOf: (index: number) => number): void {
  for (let excess = total(widths) - available; excess > 0; excess--) {
    const able = [...widths.keys()].filter((index) => widths[index]! > leastOf(index))
    if (able.length === 0) return
    const widest = able.reduce((a, b) => (widths[b]! > widths[a]! ? b : a))
    widths[widest] = widths[widest]! - 1
  }
}

function total(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0)
  return shown.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, shown.length - 1)
}
