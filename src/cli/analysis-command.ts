import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import type { Strategy } from '../domain/routing/strategy.ts'
import type { MessageSource } from '../ports/message-source.ts'
import { analyzeKeys, type KeyAnalysis } from '../usecases/analyze-keys.ts'
import { mergeKeyAnalyses } from '../usecases/merge-profiles.ts'
import { describedSource, type ReadHooks } from '../usecases/read-messages.ts'
import { writeText } from './compose.ts'
import { refuseIdle, refuseIdleReducers } from './flags/idle-flags.ts'
import { layersOf } from './flags/layer-flags.ts'
import { namesPartitions } from './flags/number-lists.ts'
import { maxMemoryOf, samplingFlags } from './flags/sampling-flags.ts'
import { sourceFlags } from './flags/source-flags.ts'
import { mergedLanes } from './merged-lanes.ts'
import { ReadingCommand, type ReadingFlags } from './reading-command.ts'
import { withComparison } from './strategies.ts'

export interface AnalysisFlags extends ReadingFlags {
  readonly merge: readonly string[] | undefined
  readonly out?: string | undefined
  readonly top?: number | undefined
  readonly 'max-messages': number
  readonly 'max-memory'?: string | undefined
}

const WINDOW_MS = 60_000

/** A command that profiles the keys of a source, or joins profiles that were saved. */
export abstract class AnalysisCommand extends ReadingCommand {
  protected async analysis(flags: AnalysisFlags): Promise<KeyProfileDocument> {
    if (flags.merge !== undefined) return this.merging(flags, flags.merge)
    return this.routedReading(flags, async ({ source, strategy, selection, hooks }) => {
      const counts = await countsOf(strategy, source, hooks)
      refuseIdleReducers(this.typed, counts)
      const analysis = await analyzeKeys(source, {
        selection,
        strategy: withComparison(strategy),
        limits: limitsOf(flags, flags['max-messages']),
        generatedBy: this.generatedBy,
        hooks,
      })
      return save(analysis, flags.out)
    })
  }

  /** Looks at the counts and reducers that the flags name, else at those of the saved profiles. */
  private async merging(
    flags: AnalysisFlags,
    paths: readonly string[],
  ): Promise<KeyProfileDocument> {
    this.refuseReading(flags)
    // Reading documents back takes a validator, which is slow to load.
    const { savedPartitioner, savedProfiles } = await import('./saved-profile.ts')
    const { settings, modules } = await this.settings(flags)
    const runs = await savedProfiles(paths)
    const { state } = runs[0]!
    const partitioner = savedPartitioner(state)
    const lanes = await mergedLanes(runs, layersOf(flags, null), partitioner, {
      modules,
      folder: process.cwd(),
      named: this.typed.has('strategy') ? settings.strategy() : null,
      strategies: Object.values(settings.strategies),
    })
    const counts = lanes.map(({ layer, count }) => [layer, [count]] as const)
    refuseIdleReducers(this.typed, Object.fromEntries(counts))
    const options = { ...limitsOf(flags, state.maxMessages), partitioner, lanes }
    const analysis = mergeKeyAnalyses(runs, options, this.generatedBy)
    const document = await save(analysis, flags.out)
    await this.show(document, flags)
    return document
  }

  private refuseReading({ partitions = '' }: AnalysisFlags): void {
    const idle = namesPartitions(partitions) ? [...READING_FLAGS, 'partitions'] : READING_FLAGS
    refuseIdle(
      this.typed,
      idle,
      'with --merge',
      'What to read, and how, was settled when the profiles were made.',
    )
  }
}

/** What says how to read; profiles have been read. */
const READING_FLAGS = [
  ...Object.keys(sourceFlags),
  ...Object.keys(samplingFlags).filter((flag) => flag !== 'max-memory'),
  'max-messages',
]

/** Without any counts the keys are looked at over the partitions that the log has. */
async function countsOf(
  { counts }: Strategy,
  source: MessageSource,
  hooks: ReadHooks,
): Promise<Strategy['counts']> {
  if (Object.keys(counts).length > 0) return counts
  const { partitions } = await describedSource(source, hooks.signal)
  return partitions.length > 0 ? { partition: [partitions.length] } : {}
}

function limitsOf(flags: AnalysisFlags, maxMessages: number) {
  return {
    maxMemoryBytes: maxMemoryOf(flags),
    maxMessages,
    windowMs: WINDOW_MS,
    top: flags.top ?? null,
  }
}

/** The saved document carries, beside what is shown, everything that merging needs. */
async function save(
  { document, state }: KeyAnalysis,
  path: string | undefined,
): Promise<KeyProfileDocument> {
  if (path !== undefined)
    await writeText(path, `${JSON.stringify({ ...document, state: state() })}\n`)
  return document
}
