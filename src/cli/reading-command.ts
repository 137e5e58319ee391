import type { Selection } from '../domain/model/selection.ts'
import type { Strategy } from '../domain/routing/strategy.ts'
import type { MessageSource } from '../ports/message-source.ts'
import type { ReadHooks } from '../usecases/read-messages.ts'
import { PstoolCommand, type ShowFlags } from './base-command.ts'
import { openSource, progressLine } from './compose.ts'
import type { FileFormat } from './config/config.ts'
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
  readonly strategy: Strategy
  readonly distribution: 'consistent' | 'balanced'
  readonly hooks: ReadHooks
}

/**
 * A command that reads messages from a source and shows a document about them. The first Ctrl-C ends
 * the reading and the document is of what was read; commands that read nothing leave Ctrl-C to Node,
 * which ends them at once.
 */
export abstract class ReadingCommand extends PstoolCommand {
  protected async reading<D extends Document>(
    flags: ReadingFlags,
    work: (reading: Reading) => Promise<D>,
  ): Promise<D> {
    const stop = stopOnSignals()
    try {
      return await this.readUntil(stop, flags, work)
    } finally {
      stop.release()
    }
  }

  private async readUntil<D extends Document>(
    stop: Stop,
    flags: ReadingFlags,
    work: (reading: Reading) => Promise<D>,
  ): Promise<D> {
    const { settings, modules } = await this.settings(flags)
    const selection = selectionOf(flags, Date.now())
    const named = settings.strategy()
    const strategy = await strategyFrom(
      {
        partitioner: flags.partitioner,
        layers: layersOf(flags, 'sampling flags'),
        seed: selection.seed,
      },
      named,
      { modules, folder: process.cwd() },
    )
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
        selection,
        strategy,
        distribution: named?.settings.distribution ?? 'consistent',
        hooks: { signal: stop.signal, onProgress: progress.update },
      })
      progress.end()
      process.exitCode ??= stop.exitCode() ?? undefined
      await this.show(document, flags)
      return document
    } finally {
      progress.end()
      await source.close()
    }
  }
}
