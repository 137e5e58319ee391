import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import { UsageError } from '../errors.ts'
import { analyzeKeys, type KeyAnalysis } from '../usecases/analyze-keys.ts'
import { mergeKeyAnalyses } from '../usecases/merge-profiles.ts'
import { writeText } from './compose.ts'
import { layersOf } from './flags/layer-flags.ts'
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
  /** @param typed names of the flags on the command line, as opposed to variables and defaults */
  protected async analysis(
    flags: AnalysisFlags,
    typed: readonly string[],
  ): Promise<KeyProfileDocument> {
    if (flags.merge !== undefined) {
      refuseReading(typed)
      return this.merging(flags, flags.merge)
    }
    return this.reading(flags, async ({ source, strategy, selection, hooks }) => {
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
    // Reading documents back takes a validator, which is slow to load.
    const { savedPartitioner, savedProfiles } = await import('./saved-profile.ts')
    const { settings, modules } = await this.settings(flags)
    const runs = await savedProfiles(paths)
    const { state } = runs[0]!
    const partitioner = savedPartitioner(state)
    const options = {
      ...limitsOf(flags, state.maxMessages),
      partitioner,
      lanes: await mergedLanes(runs, layersOf(flags, null), partitioner, {
        modules,
        folder: process.cwd(),
        strategies: Object.values(settings.strategies),
      }),
    }
    const analysis = mergeKeyAnalyses(runs, options, this.generatedBy)
    const document = await save(analysis, flags.out)
    await this.show(document, flags)
    return document
  }
}

/** What says how to read; profiles have been read. */
const OF_READING = new Set([
  ...Object.keys(sourceFlags),
  ...Object.keys(samplingFlags).filter((flag) => flag !== 'max-memory'),
  'strategy',
  'max-messages',
])

/** @throws UsageError for flags beside --merge that would do nothing; variables may stay set */
function refuseReading(typed: readonly string[]): void {
  const idle = [...new Set(typed)].filter((flag) => OF_READING.has(flag)).map((flag) => `--${flag}`)
  if (idle.length === 0) return
  const verb = idle.length === 1 ? 'does' : 'do'
  throw new UsageError(
    'merge.reading-flags',
    `${idle.join(', ')} ${verb} nothing with --merge: the profiles have been read`,
    ['Leave them out, or give them to the runs that make the profiles.'],
  )
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
