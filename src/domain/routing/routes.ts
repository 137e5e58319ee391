import type { DocumentHeader, DocumentKey } from '../model/document.ts'

/** Where keys land, in input order. */
export interface RoutesDocument extends DocumentHeader<'routes'> {
  readonly routes: readonly Route[]
}

export interface Route {
  readonly key: DocumentKey
  /** Absent where the layer was not asked for, and for a null key (R7). */
  readonly partition?: number
  readonly segment?: number
  /** The segment's consumer group, where the config names the origin. */
  readonly segmentGroup?: string
  readonly virtualPartition?: number
  /** The counts that were used; a list on the command line gives a route per combination. */
  readonly counts: {
    readonly partitions?: number
    readonly segments?: number
    readonly virtualPartitions?: number
  }
  /** The reducer and its arithmetic, per layer: `byte-sum: 49+52 = 101 -> 101 mod 5 = 1`. */
  readonly arithmetic: {
    readonly partition?: string
    readonly segment?: string
    readonly virtualPartition?: string
  }
}
