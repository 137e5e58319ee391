import { Args } from '@oclif/core'
import type { Document } from '../../src/cli/document.ts'
import { fromFlags, writingFlags } from '../../src/cli/flags/segment-flags.ts'
import { clusterFlags } from '../../src/cli/flags/source-flags.ts'
import { SavedRunCommand } from '../../src/cli/segments/saved-run-command.ts'

/** Applies exactly what was planned. */
export default class SegmentsApply extends SavedRunCommand {
  static override summary = 'Apply a plan that was saved with --plan-out, or a file of offsets'
  static override description =
    "A plan is applied exactly as it is: refused when offsets, states or topics moved since it was made, and on another cluster. A file of offsets, as Kafka's own tool or rpk writes it, becomes a plan first and is checked like any other."
  static override examples = [
    '<%= config.bin %> <%= command.id %> plan.json --dry-run',
    '<%= config.bin %> <%= command.id %> plan.json --yes',
    '<%= config.bin %> <%= command.id %> --from backup.csv --dry-run',
    '<%= config.bin %> <%= command.id %> --from offsets.txt --input-format rpk --groups analytics --yes',
  ]
  static override args = {
    plan: Args.string({ description: 'the plan; - for stdin', ignoreStdin: true }),
  }
  static override flags = { ...clusterFlags, ...writingFlags, ...fromFlags }

  async run(): Promise<Document> {
    const { args, flags } = await this.parse(SegmentsApply)
    return await this.applying(args.plan, flags)
  }
}
