import { Args, Flags } from '@oclif/core'
import type { Document } from '../src/cli/document.ts'
import { keyFlags, layerFlags } from '../src/cli/flags/layer-flags.ts'
import { sourceFlags } from '../src/cli/flags/source-flags.ts'
import { RoutingCommand } from '../src/cli/routing-command.ts'

/** Where keys land, with the arithmetic. */
export default class Route extends RoutingCommand {
  static override summary = 'Show where keys land: partition, segment, virtual partition'
  static override description =
    'Each route comes with its arithmetic. Without counts, those of the configured strategy are taken.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 0 5 14 23 --segments 5',
    '<%= config.bin %> <%= command.id %> order-123 --partitions 6,12 --virtual-partitions 10',
    '<%= config.bin %> <%= command.id %> 42 --key-encoding u32 --partitions 9 --partition-reducer xxh32',
    '<%= config.bin %> <%= command.id %> --keys-from keys.txt --segments 4 --json',
  ]
  // Variadic, because the framework sorts undeclared arguments by their text; and stdin is for
  // --keys-from, not for an argument that was left out.
  static override args = {
    key: Args.string({
      description: 'a key; give as many as you like',
      multiple: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    ...layerFlags,
    ...keyFlags,
    'input-format': sourceFlags['input-format'],
    'on-bad-record': sourceFlags['on-bad-record'],
    partitioner: Flags.string({ description: 'for --keys-from: message -> key (default key)' }),
    'keys-from': Flags.string({
      description: 'keys of a file (any file source) or - for stdin, instead of arguments',
      helpValue: 'FILE',
    }),
    group: Flags.string({ description: 'origin group, to name the segment groups' }),
  }

  async run(): Promise<Document> {
    const { args, flags } = await this.parse(Route)
    return this.routing(flags, args.key ?? [])
  }
}
