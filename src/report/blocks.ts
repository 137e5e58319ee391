import type { DocumentKey } from '../domain/model/document.ts'
import type { Paint } from './paint.ts'
import { keyLabel } from './text/key-label.ts'

/**
 * What a report consists of before it has a format: each kind of document is turned into blocks
 * once, and the terminal and Markdown write the same blocks. Text is raw here; each format makes it
 * safe when it writes it.
 */
export type Block = Headline | Section | Paragraph | Notice | Listing | Table | Footer

export type Tone = Exclude<keyof Paint, 'bar'> | 'plain'

/** Text with a meaning for the eye; `code` is quoted from data and never reads as markup. */
export interface Phrase {
  readonly text: string
  readonly tone: Tone
  readonly code: boolean
}

export type Text = string | Phrase

/** The answer in a line. */
export interface Headline {
  readonly block: 'headline'
  readonly text: string
}

/** Everything up to the next section belongs to it; `definition` says once what its figures mean. */
export interface Section {
  readonly block: 'section'
  readonly title: string
  readonly level: 1 | 2
  readonly definition: string
}

export interface Paragraph {
  readonly block: 'paragraph'
  readonly text: Text
}

/** Something to know or do, with a mark: `!` for bad and warn, `i` else. */
export interface Notice {
  readonly block: 'notice'
  readonly tone: Tone
  readonly text: string
  readonly advice: string
}

/** Lines quoted from data, such as arithmetic. */
export interface Listing {
  readonly block: 'listing'
  readonly lines: readonly string[]
  readonly more: More | null
  /** Lines are there to be copied: none is broken, which could be in the middle of a path. */
  readonly whole: boolean
}

export interface Table {
  readonly block: 'table'
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  readonly more: More | null
  /** Stands in on a terminal that has no room for every column; null: columns give in. */
  readonly narrow: Table | null
}

/** The last line: on a terminal it is what is seen, so it points to what matters. */
export interface Footer {
  readonly block: 'footer'
  readonly text: string
}

/** What was left out: `.. 12 more keys (--format json)`. */
export interface More {
  readonly left: number
  readonly what: string
}

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** How it gives in when the line is too narrow: cut in the middle, onto more lines, or not. */
  readonly fit: 'keep' | 'elide' | 'wrap'
  /** Columns with the highest number leave first; 0 never leaves. */
  readonly drop: number
}

/** `bar` is 0..1 of the column's width; `loads` become a character each. */
export type Cell = Text | { readonly bar: number } | { readonly loads: readonly number[] }

/** Text with a tone. */
export function toned(text: string, tone: Tone): Phrase {
  return { text, tone, code: false }
}

/** A key, as data. */
export function keyText(key: DocumentKey): Phrase {
  return { text: keyLabel(key), tone: key === null ? 'faint' : 'plain', code: key !== null }
}

/** Any other text quoted from data. */
export function quoted(text: string): Phrase {
  return { text, tone: 'plain', code: true }
}

/** The answer in a line. */
export function headline(text: string): Headline {
  return { block: 'headline', text }
}

/** A title; `definition` says what the figures below it mean. */
export function section(title: string, definition = '', level: 1 | 2 = 1): Section {
  return { block: 'section', title, level, definition }
}

/** A sentence or two. */
export function paragraph(text: Text): Paragraph {
  return { block: 'paragraph', text }
}

/** Something to know, and what to do about it. */
export function notice(tone: Tone, text: string, advice = ''): Notice {
  return { block: 'notice', tone, text, advice }
}

/** Lines quoted from data; `more` says how many were left out. */
export function listing(lines: readonly string[], more: More | null = null): Listing {
  return { block: 'listing', lines, more, whole: false }
}

/** Commands to be copied, each a line however long it is. */
export function commands(lines: readonly string[]): Listing {
  return { ...listing(lines), whole: true }
}

/** A table of at most `limit` rows; `what` names the rows that are left out. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  what = 'rows',
  limit = Number.POSITIVE_INFINITY,
): Table {
  const left = rows.length - limit
  // A line that says "1 more" takes the place of the row that it hides.
  if (left <= 1) return { block: 'table', columns, rows, more: null, narrow: null }
  const shown = rows.slice(0, limit)
  return { block: 'table', columns, rows: shown, more: { left, what }, narrow: null }
}

/** A table that another one stands in for where the line is too short. */
export function withNarrow(wide: Table, narrow: Table): Table {
  return { ...wide, narrow }
}

/** What the reader is left with. */
export function footer(text: string): Footer {
  return { block: 'footer', text }
}

/** Text that may be cut: keys, names. */
export function textColumn(title: string, drop = 0): Column {
  return { title, align: 'left', fit: 'elide', drop }
}

/** Short names that must not be cut. */
export function labelColumn(title: string): Column {
  return { title, align: 'left', fit: 'keep', drop: 0 }
}

/** Sentences and names that may go on in the next line. */
export function proseColumn(title: string, drop = 0): Column {
  return { title, align: 'left', fit: 'wrap', drop }
}

/** Figures, which are never cut before text is. */
export function numberColumn(title: string, drop = 0): Column {
  return { title, align: 'right', fit: 'keep', drop }
}

/** For bars and loads. */
export function graphColumn(title: string, drop = 0): Column {
  return { title, align: 'left', fit: 'keep', drop }
}
