import { Args } from '@oclif/core'
import { ConsumeCommand } from '../src/cli/consume/consume-command.ts'
import type { Document } from '../src/cli/document.ts'
import { consumeFlags } from '../src/cli/flags/consume-flags.ts'

/** The consumer runtime with a consumer of the user's. */
export default class Consume extends ConsumeCommand {
  static override summary = 'Consume a topic with a module, over virtual partitions and segments'
  static override description =
    "MODULE exports by default a class that extends Consumer, { eachMessage }, { eachBatch }, or defineConsumer({ group, topics, .. }). Flags win over the module, which wins over the group's entry in the configuration. Offsets are committed as messages are done. Ctrl-C lets running jobs end first; a second one does not wait."
  static override examples = [
    '<%= config.bin %> <%= command.id %> consumer.ts --group demo --until-end',
    '<%= config.bin %> <%= command.id %> consumer.ts --group demo --virtual-partitions 5 --segments 2 --segment-ids 0 --limit 100 --json',
    '<%= config.bin %> <%= command.id %> consumer.ts --group demo --segments 2 --spawn --until-end',
    '<%= config.bin %> <%= command.id %> consumer.ts --source kafka://localhost:9092/user_events --group demo --virtual-partitions 10 --protocol consumer',
  ]
  static override args = {
    module: Args.string({ description: 'TypeScript or JavaScript file', required: true }),
  }
  static override flags = consumeFlags

  async run(): Promise<Document | undefined> {
    const { args, flags } = await this.parse(Consume)
    return await this.consuming(args.module, flags)
  }
}
