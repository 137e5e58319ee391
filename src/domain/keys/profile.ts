import type { MessageBatch } from '../model/message-batch.ts'
import type { KeyProfileDocument } from './key-profile.ts'
import { type DocumentContext, profileDocument } from './profile-document.ts'
import { ProfileFold, type ProfileOptions } from './profile-fold.ts'
import { addState } from './profile-merge.ts'
import { type ProfileState, stateOf } from './profile-state.ts'

export type { DocumentContext } from './profile-document.ts'
export type { ProfileOptions } from './profile-fold.ts'
export type { ProfileState } from './profile-state.ts'

/**
 * The fold behind `analyze-keys`: takes batches in log order per partition, in any order across
 * partitions, and says at any time what they hold. Exact until its memory is full; then rare keys
 * are forgotten, figures about keys become estimates with bounds, and sums stay exact.
 */
export class KeyProfiler {
  private readonly fold: ProfileFold

  constructor(options: ProfileOptions) {
    this.fold = new ProfileFold(options)
  }

  /** Counts a batch. @throws what a partitioner throws, unless it is a RoutingError (P4) */
  add(batch: MessageBatch): void {
    this.fold.add(batch)
  }

  /**
   * Adds what another run counted; equal to having counted it here, where no partition is in both.
   * @throws InputError for other options, and for other lanes where the state is not exact
   */
  addState(state: ProfileState): void {
    addState(this.fold, state)
  }

  /** Everything that was counted, as plain data that can be saved and merged. */
  state(): ProfileState {
    return stateOf(this.fold)
  }

  /** What was counted says this; the profiler can go on. */
  document(context: DocumentContext): KeyProfileDocument {
    return profileDocument(this.fold, context)
  }

  /** Bytes allocated for keys and their places. */
  get memoryBytes(): number {
    return this.fold.memoryBytes
  }
}

/**
 * Several runs as one.
 * @param options the partition count may be left to the states, which know the largest
 * @throws InputError where they cannot be added up
 */
export function mergeProfiles(
  states: readonly ProfileState[],
  options: ProfileOptions,
): KeyProfiler {
  const counts = states.map(({ partitionCount }) => partitionCount ?? 0)
  const partitionCount = options.partitionCount ?? Math.max(0, ...counts)
  const profiler = new KeyProfiler(partitionCount === 0 ? options : { ...options, partitionCount })
  for (const state of states) profiler.addState(state)
  return profiler
}
