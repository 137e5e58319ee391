import { parseDocument } from '../../documents/parse-document.ts'
import type { OffsetJournalDocument } from '../../domain/offsets/journal.ts'
import type { OffsetPlanDocument } from '../../domain/offsets/plan.ts'
import { resumePlan } from '../../usecases/segments/apply-plan.ts'
import { planRestoreRun } from '../../usecases/segments/plan-run.ts'
import type { ShowFlags } from '../base-command.ts'
import { readText } from '../compose.ts'
import type { Endpoint } from '../config/endpoint.ts'
import type { Document } from '../document.ts'
import { jsonOf } from '../json-text.ts'
import { ClusterCommand } from './cluster-command.ts'
import { applying, ended, type SettleFlags, settle } from './settle.ts'

export interface SavedFlags extends SettleFlags, ShowFlags {
  readonly config?: string | undefined
  readonly cluster?: string | undefined
  readonly 'on-range': 'fail' | 'clamp'
  readonly 'quiet-window': number
}

/** A command that works on what an earlier run has left: a plan, or a journal. */
export abstract class SavedRunCommand extends ClusterCommand {
  /** Applies a plan that was saved: no other is made, and a stale one is refused (M9). */
  protected async applying(file: string, flags: SavedFlags): Promise<Document> {
    const plan = parseDocument('offset-plan', await jsonIn(file), file)
    return await this.onCluster(await this.clusterOf(plan, flags), flags, async (work) =>
      settle(plan, flags, this.settling(flags), work),
    )
  }

  /** Goes on where the run of a journal was cut (M8). */
  protected async resuming(
    file: string,
    flags: Pick<SavedFlags, 'config' | 'cluster' | 'force' | 'journal-dir'> & ShowFlags,
  ): Promise<Document> {
    const { plan } = await journalIn(file)
    return await this.onCluster(await this.clusterOf(plan, flags), flags, async (work) => {
      const context = await applying(flags, this.settling(flags), work)
      return ended(await resumePlan(plan, file, flags.force, context), work)
    })
  }

  /** Brings back what a journal has kept (M8). */
  protected async restoring(file: string, flags: SavedFlags): Promise<Document> {
    const { plan: applied } = await journalIn(file)
    return await this.onCluster(await this.clusterOf(applied, flags), flags, async (work) => {
      const { force, 'on-range': onRange } = flags
      const about = { generatedBy: this.generatedBy, clusterUri: work.cluster.uri }
      const watch = { quietSeconds: flags['quiet-window'], pause: work.pause }
      const wish = { force, onRange, ...about }
      const plan = await planRestoreRun(work.cluster.admin, wish, applied, watch)
      this.endWhenInterrupted(work.stop)
      return await settle(plan, flags, this.settling(flags), work)
    })
  }

  private settling(flags: ShowFlags) {
    return {
      generatedBy: this.generatedBy,
      present: (plan: OffsetPlanDocument) => this.present(plan, flags),
    }
  }

  /** Named by a flag or a variable, else the plan's own, with the login that the configuration has. */
  private async clusterOf(
    { cluster }: OffsetPlanDocument,
    flags: Pick<SavedFlags, 'config' | 'cluster'> & ShowFlags,
  ): Promise<Endpoint> {
    const { settings } = await this.settings(flags)
    return flags.cluster ? settings.cluster() : settings.clusterAt(cluster.uri)
  }
}

async function journalIn(file: string): Promise<OffsetJournalDocument> {
  return parseDocument('offset-journal', await jsonIn(file), file)
}

async function jsonIn(file: string): Promise<unknown> {
  return jsonOf(await readText(file), file)
}
