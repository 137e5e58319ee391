import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../fixtures/vectors')
const read = <Document>(name: string) =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as Document

/** The slot of a key, by the number of slots. */
export type Slots = Readonly<Record<string, number>>

export interface ReducerCase {
  readonly id: string
  readonly type: string
  readonly value?: string | number | boolean
  readonly unit?: string
  readonly count?: number
  readonly decimal?: string
  readonly base64?: string
  readonly text_in_ruby?: string
  readonly sum: number
  readonly mod: Slots
}

export interface SegmentVectors {
  readonly assignments: readonly {
    readonly key: string | number | { readonly unit: string; readonly count: number }
    readonly segment: Slots
  }[]
  readonly filters: readonly {
    readonly id: string
    readonly count: number
    readonly messages: readonly { readonly offset: number; readonly key: string | null }[]
    readonly kept: Readonly<Record<string, readonly number[]>>
  }[]
  readonly names: readonly {
    readonly group: string
    readonly count: number
    readonly merge_key: string | null
    readonly names: readonly string[]
  }[]
}

export interface IggyKey {
  readonly kind: 'str' | 'bytes' | 'u32' | 'u64' | 'u128'
  readonly value: string
  readonly bytes_b64: string
  readonly xxh32: number
  readonly partition: Slots
}

export const reducerCases = read<{ cases: ReducerCase[] }>('reducers.json').cases
export const segmentVectors = read<SegmentVectors>('segments.json')
export const iggyKeys = read<{ keys: IggyKey[] }>('iggy-keys.json').keys
