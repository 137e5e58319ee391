import { Args } from '@oclif/core'
import type { Document } from '../../src/cli/document.ts'
import { writingFlags } from '../../src/cli/flags/segment-flags.ts'
import { clusterFlags } from '../../src/cli/flags/source-flags.ts'
import { SavedRunCommand } from '../../src/cli/segments/saved-run-command.ts'

/** Applies exactly what was planned. */
export default class SegmentsApply extends SavedRunCommand {
  static override summary = 'Apply a plan that was saved with --plan-out'
  static override description =
    'Exactly that plan: refused when offsets, states or topics moved since it was made, and on another cluster.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> plan.json --dry-run',
    '<%= config.bin %> <%= command.id %> plan.json --yes',
  ]
  static override args = {
    plan: Args.string({ description: 'the plan; - for stdin', required: true }),
  }
  static override flags = { ...clusterFlags, ...writingFlags }

  async run(): Promise<Document> {
    const { args, flags } = await this.parse(SegmentsApply)
    return await this.applying(args.plan, flags)
  }
}
