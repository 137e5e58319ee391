import type { Document } from '../../src/cli/document.ts'
import {
  costFlags,
  groupFlags,
  planFlags,
  writingFlags,
} from '../../src/cli/flags/segment-flags.ts'
import { MigrationCommand } from '../../src/cli/segments/migration-command.ts'

/** Collapse and distribute as one plan. */
export default class SegmentsReset extends MigrationCommand {
  static override summary = 'Collapse, then distribute: origin and segments stand at one offset'
  static override description =
    'One plan, checked whole before the first write. Unforced it succeeds when the segments agree; forced, origin and segments all get the lowest offset.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --groups analytics --dry-run',
    '<%= config.bin %> <%= command.id %> --cluster kafka://localhost:9092 --groups analytics --segments 4 --force',
  ]
  static override flags = { ...groupFlags, ...costFlags, ...writingFlags, ...planFlags }

  async run(): Promise<Document> {
    const { flags } = await this.parse(SegmentsReset)
    return await this.migrating('reset', flags)
  }
}
