import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'

/** The package exports no file of its data: they are found by their place. */
const data = join(import.meta.dirname, '../../../node_modules/vega-datasets/data')
const dataOf = (name: string) => readFileSync(join(data, name), 'utf8')

/** Strikes of aircraft by birds: a CSV whose columns are named for people. */
export const BIRDSTRIKES = join(data, 'birdstrikes.csv')

/** A flight of the vega data sets. */
export interface Flight {
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

/** 2,000 flights, in order of time. */
export function flights(): readonly Flight[] {
  return JSON.parse(dataOf('flights-2k.json')) as Flight[]
}

/** Who operated the 10,000 aircraft that birds struck: names with blanks, commas and ampersands. */
export function birdstrikeOperators(): readonly string[] {
  const rows: Record<string, string>[] = parse(dataOf('birdstrikes.csv'), { columns: true })
  return rows.map((row) => row['Aircraft Airline Operator']!)
}
