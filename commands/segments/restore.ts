import { Args } from '@oclif/core'
import type { Document } from '../../src/cli/document.ts'
import { planFlags, writingFlags } from '../../src/cli/flags/segment-flags.ts'
import { clusterFlags } from '../../src/cli/flags/source-flags.ts'
import { SavedRunCommand } from '../../src/cli/segments/saved-run-command.ts'

/** Goes back. */
export default class SegmentsRestore extends SavedRunCommand {
  static override summary = 'Bring back the offsets that a run has moved'
  static override description =
    'Takes the journal of the run: every offset as it was, leader epoch and metadata included; those that were unset become unset. Refused where somebody has used a group since, unless forced.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> .pstool/journals/distribute-analytics.json --dry-run',
    '<%= config.bin %> <%= command.id %> journal.json --yes',
  ]
  static override args = {
    journal: Args.string({ description: 'the journal that the run printed', required: true }),
  }
  static override flags = { ...clusterFlags, ...writingFlags, ...planFlags }

  async run(): Promise<Document> {
    const { args, flags } = await this.parse(SegmentsRestore)
    return await this.restoring(args.journal, flags)
  }
}
