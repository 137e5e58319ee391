import { Args, Flags } from '@oclif/core'
import type { Document } from '../../src/cli/document.ts'
import { LocalCommand } from '../../src/cli/local-command.ts'

/** An embedded cluster becomes a document. */
export default class LocalDump extends LocalCommand {
  static override summary = 'Write an embedded cluster as one document that can be read and diffed'
  static override description =
    'Equal content gives equal bytes. JSON unless --format says otherwise.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> local:cluster.db',
    '<%= config.bin %> <%= command.id %> local:cluster.db --format table',
  ]
  static override args = {
    uri: Args.string({ description: 'local:path/cluster.db', required: true }),
  }
  static override flags = {
    out: Flags.string({ description: 'write the document to a file too', helpValue: 'FILE' }),
  }

  async run(): Promise<Document> {
    const { args, flags } = await this.parse(LocalDump)
    return this.dump(args.uri, flags)
  }
}
