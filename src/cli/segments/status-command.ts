import type { SegmentStatusDocument } from '../../domain/offsets/status.ts'
import { readSegmentStatus } from '../../usecases/segments/segment-status.ts'
import type { ShowFlags } from '../base-command.ts'
import { ClusterCommand } from './cluster-command.ts'
import { type HandOutFlags, handOutStatus } from './hand-out.ts'
import { chosenGroups, clusterOf, type GroupChoice } from './orders.ts'

export interface StatusFlags extends GroupChoice, HandOutFlags, ShowFlags {
  readonly config?: string | undefined
  readonly 'exit-code': boolean
}

const EXIT_NO = 1

/** A command that looks at segmented groups and changes nothing. */
export abstract class StatusCommand extends ClusterCommand {
  protected async status(flags: StatusFlags): Promise<SegmentStatusDocument> {
    const { settings, modules } = await this.settings(flags)
    const groups = await chosenGroups(flags, settings, { modules, folder: process.cwd() })
    return await this.onCluster(clusterOf(flags, groups, settings), flags, async ({ cluster }) => {
      const about = { generatedBy: this.generatedBy, clusterUri: cluster.uri }
      const segmented = groups.map(({ group }) => group)
      const document = await readSegmentStatus(cluster.admin, segmented, about)
      await handOutStatus(document, flags)
      const isFine = document.segmented.every(({ consistent }) => consistent)
      if (flags['exit-code'] && !isFine) process.exitCode = EXIT_NO
      return document
    })
  }
}
