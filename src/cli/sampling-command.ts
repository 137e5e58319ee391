import type { SampleDocument } from '../domain/model/sample.ts'
import { UsageError } from '../errors.ts'
import { takeSample } from '../usecases/take-sample.ts'
import type { ShowFlags } from './base-command.ts'
import { openWriter } from './compose.ts'
import type { Document } from './document.ts'
import { ReadingCommand, type ReadingFlags } from './reading-command.ts'

export interface SampleFlags extends ReadingFlags, ShowFlags {
  readonly values: boolean
  readonly out: string
}

/** A command that copies messages from a source to a file or to stdout. */
export abstract class SamplingCommand extends ReadingCommand {
  private toStdout = false

  protected async sampling(flags: SampleFlags): Promise<SampleDocument> {
    this.toStdout = flags.out === '-'
    if (this.toStdout && (this.jsonEnabled() || this.typed.has('format'))) throw stdoutTwice()
    const content = flags.values ? 'messages' : 'keys'
    return this.reading(flags, async ({ source, selection, hooks }) =>
      takeSample(source, await openWriter(flags.out, content), {
        selection: { ...selection, content },
        output: this.toStdout ? null : flags.out,
        generatedBy: this.generatedBy,
        hooks,
      }),
    )
  }

  /** Stdout holds the messages already. */
  protected override async show(document: Document, flags: ShowFlags): Promise<void> {
    if (!this.toStdout) await super.show(document, flags)
  }
}

function stdoutTwice(): UsageError {
  return new UsageError('sample.stdout-twice', 'messages and the document both want stdout', [
    'Give --out FILE for the messages; --json or --format then print what was read.',
  ])
}
