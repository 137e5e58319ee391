import type { Document } from '../../src/cli/document.ts'
import {
  costFlags,
  groupFlags,
  planFlags,
  writingFlags,
} from '../../src/cli/flags/segment-flags.ts'
import { MigrationCommand } from '../../src/cli/segments/migration-command.ts'

/** From parallel segments back to one consumer group. */
export default class SegmentsCollapse extends MigrationCommand {
  static override summary = 'Give the origin the lowest committed offset of its parallel segments'
  static override description =
    'For the step from segments back to one consumer group: nothing is lost, and what faster segments have processed comes again. The segments are kept. Refused when they stand at different offsets, unless forced.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --groups analytics --dry-run',
    '<%= config.bin %> <%= command.id %> --cluster kafka://localhost:9092 --groups analytics --segments 4 --yes',
    '<%= config.bin %> <%= command.id %> --groups analytics --force --cost exact',
  ]
  static override flags = { ...groupFlags, ...costFlags, ...writingFlags, ...planFlags }

  async run(): Promise<Document> {
    const { flags } = await this.parse(SegmentsCollapse)
    return await this.migrating('collapse', flags)
  }
}
