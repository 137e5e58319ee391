import type { InitDocument } from '../domain/model/init.ts'
import { init } from '../usecases/init.ts'
import { PstoolCommand, type ShowFlags } from './base-command.ts'
import { projectFiles } from './compose.ts'

export interface InitFlags extends ShowFlags {
  readonly demo: boolean
  readonly force: boolean
}

/** A command that writes a configuration into the working directory. */
export abstract class InitCommand extends PstoolCommand {
  protected async initialize({ demo, force, ...show }: InitFlags): Promise<InitDocument> {
    const request = { demo, force, generatedBy: this.generatedBy }
    const document = await init(request, await projectFiles())
    await this.show(document, show)
    return document
  }
}
