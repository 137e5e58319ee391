import { Args, Flags } from '@oclif/core'
import type { Document } from '../../src/cli/document.ts'
import { LocalCommand } from '../../src/cli/local-command.ts'

/** A document becomes an embedded cluster. */
export default class LocalLoad extends LocalCommand {
  static override summary = 'Fill an embedded cluster from a local-state document'
  static override description =
    'Topics, messages and group offsets, all or none of them. A cluster that has content is left alone without --replace.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> cluster.json local:cluster.db',
    '<%= config.bin %> <%= command.id %> cluster.json local:cluster.db --replace',
  ]
  static override args = {
    file: Args.string({ description: 'the document; - for stdin', required: true }),
    uri: Args.string({ description: 'local:path/cluster.db', required: true }),
  }
  static override flags = {
    replace: Flags.boolean({ description: 'throw away what the cluster holds' }),
  }

  async run(): Promise<Document> {
    const { args, flags } = await this.parse(LocalLoad)
    return this.load(args.file, args.uri, flags)
  }
}
