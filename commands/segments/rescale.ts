import { Flags } from '@oclif/core'
import type { Document } from '../../src/cli/document.ts'
import { MOST_SLOTS } from '../../src/cli/flags/number-lists.ts'
import {
  costFlags,
  groupFlags,
  planFlags,
  writingFlags,
} from '../../src/cli/flags/segment-flags.ts'
import { MigrationCommand } from '../../src/cli/segments/migration-command.ts'

/** Another number of parallel segments. */
export default class SegmentsRescale extends MigrationCommand {
  static override summary = 'Move from one number of parallel segments to another'
  static override description =
    'New segments start at the lowest offset of the old ones, so that nothing is lost; segments that are no more lose theirs. The plan says how many messages come twice (none where the old segments agree) and which ranges a consumer may leave out.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --groups analytics --to 6 --dry-run',
    '<%= config.bin %> <%= command.id %> --cluster kafka://localhost:9092 --groups analytics --segments 4 --to 6 --yes',
  ]
  static override flags = {
    ...groupFlags,
    to: Flags.integer({
      description: 'number of segments that there are to be; 1: the origin alone',
      min: 1,
      max: MOST_SLOTS,
      required: true,
    }),
    ...costFlags,
    ...writingFlags,
    ...planFlags,
  }

  async run(): Promise<Document> {
    const { flags } = await this.parse(SegmentsRescale)
    return await this.migrating('rescale', flags, flags.to)
  }
}
