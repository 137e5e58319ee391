import { Flags } from '@oclif/core'
import type { Document } from '../../src/cli/document.ts'
import { exportFlags, groupFlags } from '../../src/cli/flags/segment-flags.ts'
import { StatusCommand } from '../../src/cli/segments/status-command.ts'

/** Where the groups of parallel segments stand. */
export default class SegmentsStatus extends StatusCommand {
  static override summary = 'Show state, members, offsets and lag of every group of the segments'
  static override description = 'Also what distribute and collapse would find. Changes nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --cluster kafka://localhost:9092 --groups analytics --segments 4 --exit-code',
    '<%= config.bin %> <%= command.id %> --groups analytics --export backup.csv',
  ]
  static override flags = {
    ...groupFlags,
    'exit-code': Flags.boolean({ description: 'exit 1 when segments are inconsistent' }),
    ...exportFlags('write the offsets that groups have now to a file, - for stdout: a backup'),
  }

  async run(): Promise<Document> {
    const { flags } = await this.parse(SegmentsStatus)
    return await this.status(flags)
  }
}
