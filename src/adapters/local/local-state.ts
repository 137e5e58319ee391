import type { CommittedOffset, NewMessage } from '../../domain/model/cluster.ts'

/** What a `local-state` document says, checked and complete: every offset is there. */
export interface LocalState {
  /** Ascending by name. */
  readonly topics: readonly LocalTopic[]
  /** Groups that have committed something, ascending by name. */
  readonly groups: readonly LocalGroup[]
}

export interface LocalTopic {
  readonly name: string
  /** A log per partition. */
  readonly logs: readonly LocalLog[]
}

export interface LocalLog {
  readonly start: bigint
  readonly end: bigint
  /** Ascending by offset, within start and end. */
  readonly messages: readonly PlacedMessage[]
}

/** A message of a log; its partition is the log's place in the topic. */
export interface PlacedMessage extends Omit<NewMessage, 'partition'> {
  readonly offset: bigint
}

export interface LocalGroup {
  readonly name: string
  /** Ascending by topic and partition. */
  readonly offsets: readonly CommittedOffset[]
}

/** Ascending by name, by code units: the same on every machine. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
