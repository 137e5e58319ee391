import { Flags } from '@oclif/core'
import type { Document } from '../src/cli/document.ts'
import { samplingFlagsWithPartitions } from '../src/cli/flags/sampling-flags.ts'
import { sourceFlags } from '../src/cli/flags/source-flags.ts'
import { SamplingCommand } from '../src/cli/sampling-command.ts'

const { partitioner: _, 'max-memory': __, ...selecting } = samplingFlagsWithPartitions

/** Messages or keys, to a file that every other command reads. */
export default class Sample extends SamplingCommand {
  static override summary = 'Write messages or keys to an NDJSON file'
  static override description =
    'Values and headers are left out unless asked for. Read only: no group is made, nothing is committed.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --sample spread --limit 1000 --out keys.ndjson',
    '<%= config.bin %> <%= command.id %> --source kafka://localhost:9092/user_events --last 1h --values --out events.ndjson.gz',
  ]
  static override flags = {
    ...sourceFlags,
    ...selecting,
    values: Flags.boolean({ description: 'write values and headers too' }),
    out: Flags.string({
      description: 'the file; .gz and .zst are compressed; - is stdout',
      default: '-',
      helpValue: 'FILE',
    }),
  }

  async run(): Promise<Document> {
    const { flags } = await this.parse(Sample)
    return this.sampling(flags)
  }
}
