import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import { KeyProfiler, type ProfileOptions, type ProfileState } from '../domain/keys/profile.ts'
import type { Selection, SourceDescription } from '../domain/model/selection.ts'
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
  const partitions = await describedSource(source, hooks?.signal)
  const partitionCount = partitions.partitions.length || undefined
  const profiler = new KeyProfiler({
    ...limits,
    partitioner,
    lanes: lanesOf(overOwnPartitions(strategy, partitions)),
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

function overOwnPartitions(strategy: Strategy, { partitions }: SourceDescription): Strategy {
  const told = Object.keys(strategy.counts).length > 0
  if (told || partitions.length === 0) return strategy
  return { ...strategy, counts: { partition: [partitions.length] } }
}
