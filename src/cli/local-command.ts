import type { LocalStateDocument } from '../domain/model/local-state.ts'
import { PstoolCommand, type ShowFlags } from './base-command.ts'
import { loadLocalCluster, openLocalCluster, readText, writeText } from './compose.ts'
import { jsonOf } from './json-text.ts'

/** A command that moves the embedded cluster from and to a document. */
export abstract class LocalCommand extends PstoolCommand {
  protected async load(
    file: string,
    uri: string,
    flags: ShowFlags & { readonly replace: boolean },
  ): Promise<LocalStateDocument> {
    const value = jsonOf(await readText(file), file)
    const cluster = await loadLocalCluster(uri, value, flags.replace)
    try {
      const document = await cluster.dump(this.generatedBy)
      await this.show(document, flags)
      return document
    } finally {
      cluster.close()
    }
  }

  protected async dump(
    uri: string,
    flags: ShowFlags & { readonly out?: string | undefined },
  ): Promise<LocalStateDocument> {
    const cluster = await openLocalCluster(uri)
    try {
      const document = await cluster.dump(this.generatedBy)
      if (flags.out !== undefined) {
        await writeText(flags.out, `${JSON.stringify(document, null, 2)}\n`)
      }
      await this.show(document, { ...flags, format: flags.format ?? 'json' })
      return document
    } finally {
      cluster.close()
    }
  }
}
