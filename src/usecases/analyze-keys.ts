import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import { KeyProfiler, type ProfileOptions, type ProfileState } from '../domain/keys/profile.ts'
import type { Selection } from '../domain/model/selection.ts'
import { lanesOf, type Strategy } from '../domain/routing/strategy.ts'
import type { MessageSource } from '../ports/message-source.ts'
import { describedSource, type ReadHooks, readMessages } from './read-messages.ts'

export interface AnalyzeRequest {
  readonly selection: Omit<Selection, 'content'>
  /** A strategy without counts is looked at over the partitions that the log has. */
  readonly strategy: Strategy
  readonly limits: Pick<ProfileOptions, 'maxMemoryBytes' | 'maxMessages' | 'windowMs' | 'top'>
  readonly generatedBy: string
  readonly hooks?: ReadHooks
}

export interface KeyAnalysis {
  readonly document: KeyProfileDocument
  /** What another analysis can be merged with (`merge-profiles.ts`); made when asked for. */
  readonly state: () => ProfileState
}

/** Folds the selected messages into a profile of their keys. */
export async function analyzeKeys(
  source: MessageSource,
  { selection, strategy, limits, generatedBy, hooks }: AnalyzeRequest,
): Promise<KeyAnalysis> {
  const { partitioner } = strategy
  const { counts, partitions } = await ownCounts(strategy, source, hooks?.signal)
  const partitionCount = partitions || undefined
  const profiler = new KeyProfiler({
    ...limits,
    partitioner,
    lanes: lanesOf({ ...strategy, counts }),
    ...(partitionCount !== undefined && { partitionCount }),
  })
  const read = await readMessages(
    source,
    { ...selection, content: partitioner.readsKeyOnly ? 'keys' : 'messages' },
    partitioner.name,
    (batch) => profiler.add(batch),
    hooks,
  )
  return { document: profiler.document({ generatedBy, read }), state: () => profiler.state() }
}

/**
 * Over how many slots keys are looked at: without counts, over the partitions that the log has.
 * @returns `partitions` of the log too; 0 where the source does not say
 */
export async function ownCounts(
  { counts }: Strategy,
  source: MessageSource,
  signal: AbortSignal | undefined,
): Promise<{ counts: Strategy['counts']; partitions: number }> {
  const { length } = (await describedSource(source, signal)).partitions
  const told = Object.keys(counts).length > 0 || length === 0
  return { counts: told ? counts : { partition: [length] }, partitions: length }
}
