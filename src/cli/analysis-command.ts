import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import { lanesOf } from '../domain/routing/strategy.ts'
import { analyzeKeys, type KeyAnalysis } from '../usecases/analyze-keys.ts'
import { mergeKeyAnalyses } from '../usecases/merge-profiles.ts'
import { writeText } from './compose.ts'
import { FILE_FLAGS, refuseFlags } from './fitting-flags.ts'
import { layersOf } from './flags/layer-flags.ts'
import { maxMemoryOf } from './flags/sampling-flags.ts'
import { ReadingCommand, type ReadingFlags } from './reading-command.ts'
import { strategyFrom, withComparison } from './strategies.ts'

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
    return this.reading(flags, async ({ source, strategy, selection, hooks }) => {
      const analysis = await analyzeKeys(source, {
        selection,
        strategy: withComparison(strategy),
        limits: limitsOf(flags),
        generatedBy: this.generatedBy,
        hooks,
      })
      return save(analysis, flags.out)
    })
  }

  /** Looks at the counts that the flags name, else at those that the saved profiles have. */
  private async merging(
    flags: AnalysisFlags,
    paths: readonly string[],
  ): Promise<KeyProfileDocument> {
    refuseFlags(this.typed, ['source', ...FILE_FLAGS], '--merge joins profiles and reads no source')
    // Reading documents back takes a validator, which is slow to load.
    const { savedLanes, savedProfiles } = await import('./saved-profile.ts')
    const { modules } = await this.settings(flags)
    const runs = await savedProfiles(paths)
    const layers = layersOf(flags, 'sampling flags')
    const context = { modules, folder: process.cwd() }
    const { partitioner } = runs[0]!.document.read
    const strategy = await strategyFrom({ partitioner, layers, seed: 1 }, null, context)
    const told = Object.keys(layers.counts).length > 0
    const options = {
      ...limitsOf(flags),
      partitioner: strategy.partitioner,
      lanes: told ? lanesOf(withComparison(strategy)) : savedLanes(runs[0]!.document),
    }
    const analysis = mergeKeyAnalyses(runs, options, this.generatedBy)
    const document = await save(analysis, flags.out)
    await this.show(document, flags)
    return document
  }
}

function limitsOf(flags: AnalysisFlags) {
  return {
    maxMemoryBytes: maxMemoryOf(flags),
    maxMessages: flags['max-messages'],
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
