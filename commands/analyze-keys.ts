import { Flags } from '@oclif/core'
import { AnalysisCommand } from '../src/cli/analysis-command.ts'
import type { Document } from '../src/cli/document.ts'
import { layerFlags } from '../src/cli/flags/layer-flags.ts'
import { samplingFlags } from '../src/cli/flags/sampling-flags.ts'
import { sourceFlags } from '../src/cli/flags/source-flags.ts'

/** What the keys of a topic or file are like, and what reducers make of them. */
export default class AnalyzeKeys extends AnalysisCommand {
  static override summary = 'Profile keys: cardinality, hot keys, skew, and reducers compared'
  static override description =
    'Read only: no group is made, nothing is committed. Counts are exact up to --max-memory, then estimates with bounds.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --source kafka://localhost:9092/user_events --segments 5,8,16',
    '<%= config.bin %> <%= command.id %> --source keys.txt.gz --virtual-partitions 10 --reducers byte-sum,md5,murmur2',
    '<%= config.bin %> <%= command.id %> --merge monday.json tuesday.json --format markdown',
  ]
  static override flags = {
    ...sourceFlags,
    ...layerFlags,
    ...samplingFlags,
    top: Flags.integer({
      description: 'length of the list of top keys (default: all with 0.1 % or more, at least 20)',
      min: 1,
    }),
    'max-messages': Flags.integer({
      description: 'most messages of one partition that a poll gives',
      default: 100,
      min: 1,
      max: 1_000_000,
    }),
    merge: Flags.string({
      description: 'profiles written by --out, joined as if one run had read everything',
      multiple: true,
      helpValue: 'FILE',
    }),
    out: Flags.string({
      description: 'write the profile with its counts to a file, for --merge',
      helpValue: 'FILE',
    }),
  }

  async run(): Promise<Document> {
    const { flags } = await this.parse(AnalyzeKeys)
    return this.analysis(flags)
  }
}
