import { Flags } from '@oclif/core'
import type { Document } from '../src/cli/document.ts'
import { InitCommand } from '../src/cli/init-command.ts'

/** A configuration to begin with. */
export default class Init extends InitCommand {
  static override summary = 'Write a pstool.config.ts to begin with'
  static override description =
    'With --demo it points at an embedded cluster with real-looking messages, built when it is first read.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --demo',
  ]
  static override flags = {
    demo: Flags.boolean({ description: 'point at the embedded demo cluster' }),
    force: Flags.boolean({ description: 'replace a pstool.config.ts that is here' }),
  }

  async run(): Promise<Document> {
    const { flags } = await this.parse(Init)
    return this.initialize(flags)
  }
}
