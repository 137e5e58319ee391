import { Args } from '@oclif/core'
import type { Document } from '../../src/cli/document.ts'
import { writingFlags } from '../../src/cli/flags/segment-flags.ts'
import { clusterFlags } from '../../src/cli/flags/source-flags.ts'
import { SavedRunCommand } from '../../src/cli/segments/saved-run-command.ts'

const { force } = writingFlags

/** Goes on. */
export default class SegmentsResume extends SavedRunCommand {
  static override summary = 'Finish a run that was cut, wherever it was cut'
  static override description =
    'Takes the journal of the run: what is written already is left alone, what is open is written, and all of it is read back. Its consent was given when the run began.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> .pstool/journals/distribute-analytics.json',
    '<%= config.bin %> <%= command.id %> journal.json --cluster kafka://localhost:9092',
  ]
  static override args = {
    journal: Args.string({ description: 'the journal that the run printed', required: true }),
  }
  static override flags = { ...clusterFlags, force }

  async run(): Promise<Document> {
    const { args, flags } = await this.parse(SegmentsResume)
    return await this.resuming(args.journal, flags)
  }
}
