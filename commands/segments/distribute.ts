import type { Document } from '../../src/cli/document.ts'
import {
  costFlags,
  groupFlags,
  planFlags,
  writingFlags,
} from '../../src/cli/flags/segment-flags.ts'
import { MigrationCommand } from '../../src/cli/segments/migration-command.ts'

/** From one consumer group to its parallel segments. */
export default class SegmentsDistribute extends MigrationCommand {
  static override summary = "Give every parallel segment its origin's committed offsets"
  static override description =
    'For the step from one consumer group to segments: they go on where the origin stopped. The origin is kept. Refused when a segment has offsets already, unless forced.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --groups analytics --dry-run',
    '<%= config.bin %> <%= command.id %> --cluster kafka://localhost:9092 --groups analytics --segments 4 --topics user_events --yes',
    '<%= config.bin %> <%= command.id %> --force',
  ]
  static override flags = { ...groupFlags, ...costFlags, ...writingFlags, ...planFlags }

  async run(): Promise<Document> {
    const { flags } = await this.parse(SegmentsDistribute)
    return await this.migrating('distribute', flags)
  }
}
