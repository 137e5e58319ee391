import type { Selection } from '../domain/model/selection.ts'
import type { Strategy } from '../domain/routing/strategy.ts'
import type { MessageSource } from '../ports/message-source.ts'
import type { ReadHooks } from '../usecases/read-messages.ts'
import { configFlags, PstoolCommand, type ShowFlags } from './base-command.ts'
import { openSource, progressLine } from './compose.ts'
import type { FileFormat } from './config/config.ts'
import type { Settings } from './config/resolve-settings.ts'
import type { Document } from './document.ts'
import { type LayerValues, layersOf } from './flags/layer-flags.ts'
import { type SamplingValues, selectionOf } from './flags/sampling-flags.ts'
import { type Stop, stopOnSignals } from './signals.ts'
import { strategyFrom } from './strategies.ts'

export interface ReadingFlags extends LayerValues, SamplingValues, ShowFlags {
  readonly config?: string | undefined
  readonly source?: string | undefined
  readonly strategy?: string | undefined
  readonly partitioner?: string | undefined
  readonly 'input-format'?: FileFormat | undefined
  readonly 'on-bad-record'?: 'fail' | 'skip' | undefined
}

/** What a command gets to work with: everything that flags and configuration said, as values. */
export interface Reading {
  readonly source: MessageSource
  readonly selection: Omit<Selection, 'content'>
  readonly hooks: ReadHooks
}

/** The same with what the messages are spread by. */
export interface RoutedReading extends Reading {
  readonly strategy: Strategy
  readonly distribution: 'consistent' | 'balanced'
}

/**
 * A command that reads messages from a source and shows a document about them. The first Ctrl-C ends
 * the reading and the document is of what was read; commands that read nothing leave Ctrl-C to Node,
 * which ends them at once.
 */
export abstract class ReadingCommand extends PstoolCommand {
  static override baseFlags = { ...PstoolCommand.baseFlags, ...configFlags }

  /** Reads, and knows no strategy. */
  protected reading<D extends Document>(
    flags: ReadingFlags,
    work: (reading: Reading) => Promise<D>,
  ): Promise<D> {
    return stoppable(async (stop) => {
      const { settings } = await this.settings(flags)
      const selection = selectionOf(flags, Date.now())
      return this.readUntil(stop, flags, settings, (read) => work({ ...read, selection }))
    })
  }

  /** Reads and routes; a strategy that cannot be is told of before its source is opened. */
  protected routedReading<D extends Document>(
    flags: ReadingFlags,
    work: (reading: RoutedReading) => Promise<D>,
  ): Promise<D> {
    return stoppable(async (stop) => {
      const { settings, modules } = await this.settings(flags)
      const selection = selectionOf(flags, Date.now())
      const named = settings.strategy()
      const layers = layersOf(flags, 'sampling flags')
      const strategy = await strategyFrom(
        { partitioner: flags.partitioner, layers, seed: selection.seed },
        named,
        { modules, folder: process.cwd() },
      )
      const distribution = named?.settings.distribution ?? 'consistent'
      return this.readUntil(stop, flags, settings, (read) =>
        work({ ...read, selection, strategy, distribution }),
      )
    })
  }

  private async readUntil<D extends Document>(
    stop: Stop,
    flags: ReadingFlags,
    settings: Settings,
    work: (read: Omit<Reading, 'selection'>) => Promise<D>,
  ): Promise<D> {
    const progress = await progressLine()
    const source = await openSource(settings.source(), {
      format: flags['input-format'],
      onBadRecord: flags['on-bad-record'],
      typed: this.typed,
      env: process.env,
    })
    try {
      const document = await work({
        source,
        hooks: { signal: stop.signal, onProgress: progress.update },
      })
      progress.end()
      process.exitCode ??= stop.exitCode() ?? undefined
      await this.show(document, flags)
      return document
    } catch (error) {
      // Stopped before anything was read: there is nothing to say, and nothing to wait for.
      if (stop.signal.aborted && error === stop.signal.reason) this.exit(stop.exitCode() ?? 1)
      throw error
    } finally {
      progress.end()
      await source.close()
    }
  }
}

async function stoppable<D>(work: (stop: Stop) => Promise<D>): Promise<D> {
  const stop = stopOnSignals()
  try {
    return await work(stop)
  } finally {
    stop.release()
  }
}
