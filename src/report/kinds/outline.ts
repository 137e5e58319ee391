import type { DocumentHeader } from '../../domain/model/document.ts'
import { type Block, headline, quoted, section, table, textColumn } from '../blocks.ts'
import type { CsvTable } from '../format/csv-text.ts'
import type { Renderer } from '../renderer.ts'

const ROWS_SHOWN = 20
const HEADER: ReadonlySet<string> = new Set(['kind', 'version', 'generatedBy'])

type Fields = Readonly<Record<string, unknown>>

/**
 * A document without a look of its own, also of a kind that is not known here: its single values by
 * path, then a table for each list of objects.
 */
export const outlineRenderer: Renderer<DocumentHeader<string>> = {
  blocks: (document): Block[] => {
    const { values, lists } = outlineOf(document)
    return [
      headline(document.kind),
      ...(values.length === 0
        ? []
        : [
            table(
              [textColumn(''), textColumn('')],
              values.map(([path, text]) => [path, quoted(text)]),
            ),
          ]),
      ...lists.flatMap(([path, rows]) => listBlocks(path, rows)),
    ]
  },
  csv: (document): CsvTable => {
    const { values, lists } = outlineOf(document)
    const [first] = lists
    if (first === undefined) return { columns: ['field', 'value'], rows: values }
    const columns = columnsOf(first[1])
    return { columns, rows: first[1].map((row) => columns.map((name) => textOf(row[name]))) }
  },
}

interface Outline {
  readonly values: readonly (readonly [path: string, text: string])[]
  readonly lists: readonly (readonly [path: string, rows: readonly Fields[]])[]
}

function outlineOf(document: DocumentHeader<string>): Outline {
  const values: [string, string][] = []
  const lists: [string, readonly Fields[]][] = []
  const visit = (path: string, value: unknown) => {
    if (isListOfObjects(value)) lists.push([path, value])
    else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) visit(`${path}.${name}`, inner)
    } else values.push([path, textOf(value)])
  }
  for (const [name, value] of Object.entries(document)) {
    if (!HEADER.has(name)) visit(name, value)
  }
  return { values, lists }
}

function listBlocks(path: string, rows: readonly Fields[]): Block[] {
  const columns = columnsOf(rows)
  const cells = rows.map((row) => columns.map((name) => quoted(textOf(row[name]))))
  const titled = columns.map((name, index) => textColumn(name, index))
  return [section(path), table(titled, cells, 'rows', ROWS_SHOWN)]
}

function columnsOf(rows: readonly Fields[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))]
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOfObjects(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && !value.some(isObject)) return value.map(textOf).join(', ')
  return value === undefined ? '' : JSON.stringify(value)
}
