import { Flags } from '@oclif/core'
import type { Document } from '../src/cli/document.ts'
import { layerFlags } from '../src/cli/flags/layer-flags.ts'
import { samplingFlags } from '../src/cli/flags/sampling-flags.ts'
import { sourceFlags } from '../src/cli/flags/source-flags.ts'
import { timingFlags } from '../src/cli/flags/timing-flags.ts'
import { SimulationCommand } from '../src/cli/simulation-command.ts'

/** The load of every layer, before anything is deployed. */
export default class Simulate extends SimulationCommand {
  static override summary = 'Play real messages through partitions, segments and virtual partitions'
  static override description =
    'Shows the load of every slot, idle slots, layers that undo each other, and how many virtual partitions a poll really keeps busy; with --io-ms also how long draining takes, and what limits it. Loads and batches are exact; beyond --max-memory, figures about keys are estimates with bounds.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --segments 5',
    '<%= config.bin %> <%= command.id %> --source kafka://localhost:9092/user_events --segments 4 --vps 10 --reducers byte-sum,md5',
    '<%= config.bin %> <%= command.id %> --source events.ndjson.gz --partitions 12 --members 5 --json',
    '<%= config.bin %> <%= command.id %> --vps 10 --io-ms 5 --concurrency 10 --fail-rate 0.001',
  ]
  static override flags = {
    ...sourceFlags,
    ...layerFlags,
    ...samplingFlags,
    ...timingFlags,
    'max-messages': Flags.integer({
      description: 'most messages of one partition that a poll gives',
      default: 100,
      min: 1,
      max: 1_000_000,
    }),
    distribution: Flags.option({
      description: 'how a batch is spread over virtual partitions',
      options: ['consistent', 'balanced'] as const,
    })(),
    members: Flags.integer({
      description: 'members of the consumer group, to share the partitions of the topic',
      min: 1,
      max: 1_000_000,
    }),
  }

  async run(): Promise<Document> {
    const { flags } = await this.parse(Simulate)
    return this.simulation(flags)
  }
}
