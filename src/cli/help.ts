import { Help } from '@oclif/core'

/** Help as the framework writes it; a command that there is not is answered like anywhere else. */
export default class PstoolHelp extends Help {
  override async showHelp(argv: string[]): Promise<void> {
    try {
      await super.showHelp(argv)
    } catch (error) {
      const id = error instanceof Error && /^Command (.+) not found\.$/.exec(error.message)?.[1]
      if (!id) throw error
      await this.config.runHook('command_not_found', { id, argv })
    }
  }
}
