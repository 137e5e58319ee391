import { dirname } from 'node:path'
import { parseDocument } from '../../documents/parse-document.ts'
import { type OffsetFormat, readOffsets } from '../../domain/offsets/interop/offset-file.ts'
import type { OffsetJournalDocument } from '../../domain/offsets/journal.ts'
import type { OffsetPlanDocument } from '../../domain/offsets/plan.ts'
import { contradictions } from '../../domain/offsets/plan-consistency.ts'
import { InputError, UsageError } from '../../errors.ts'
import { lookedAtAgain, resumePlan } from '../../usecases/segments/apply-plan.ts'
import { planRestoreRun, planSetRun } from '../../usecases/segments/plan-run.ts'
import type { ShowFlags } from '../base-command.ts'
import { readText } from '../compose.ts'
import type { Endpoint } from '../config/endpoint.ts'
import type { Document } from '../document.ts'
import { refuseIdle } from '../flags/idle-flags.ts'
import { jsonOf } from '../json-text.ts'
import { ClusterCommand, type ClusterWork } from './cluster-command.ts'
import { applying, ended, type SettleFlags, settle } from './settle.ts'

export interface SavedFlags extends SettleFlags, ShowFlags {
  readonly config?: string | undefined
  readonly cluster?: string | undefined
  readonly 'on-range': 'fail' | 'clamp'
  readonly 'quiet-window': number
}

export interface ApplyFlags extends SavedFlags {
  readonly from?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly 'input-format': OffsetFormat
}

/** Flags for a file of offsets alone: a plan has its groups, and its offsets as they were checked. */
const OF_OFFSETS = ['groups', 'input-format', 'on-range', 'quiet-window']

/** A command that works on what an earlier run has left: a plan, or a journal. */
export abstract class SavedRunCommand extends ClusterCommand {
  /**
   * Applies a plan that was saved, or gives groups the offsets of a file.
   * @throws UsageError unless there is one of the two
   */
  protected async applying(plan: string | undefined, flags: ApplyFlags): Promise<Document> {
    const { from } = flags
    if (from !== undefined && plan === undefined) return await this.setting(from, flags)
    if (from !== undefined || plan === undefined) throw oneInput(plan)
    const what = 'without --from'
    refuseIdle(this.typed, OF_OFFSETS, what, 'Give --from FILE instead of a plan.')
    return await this.applyingPlan(plan, flags)
  }

  /** No other plan is made, and a stale one is refused (M9). */
  private async applyingPlan(file: string, flags: SavedFlags): Promise<Document> {
    const saved = parseDocument('offset-plan', await jsonIn(file), file)
    checkConsistency(saved, file)
    return await this.onCluster(await this.clusterOf(saved, flags), flags, async (work) => {
      const plan = await lookedAtAgain(saved, work.cluster.admin)
      return await settle(plan, flags, this.settling(flags), work)
    })
  }

  /** Goes the way of every plan: guards, consent, journal, verification (M8). */
  private async setting(file: string, flags: ApplyFlags): Promise<Document> {
    const { groups = [], 'input-format': format } = flags
    const rows = readOffsets(await readText(file), format, groups, file)
    const { settings } = await this.settings(flags)
    return await this.onCluster(settings.cluster(), flags, async (work) => {
      const { wish, watch } = this.planning(flags, work)
      const plan = await planSetRun(work.cluster.admin, wish, rows, watch)
      this.endWhenInterrupted(work.stop)
      return await settle(plan, flags, this.settling(flags), work)
    })
  }

  /** Goes on where the run of a journal was cut (M8). */
  protected async resuming(
    file: string,
    flags: Pick<SavedFlags, 'config' | 'cluster' | 'force'> & ShowFlags,
  ): Promise<Document> {
    if (file === '-') throw journalOnStdin()
    const { plan } = await journalIn(file)
    return await this.onCluster(await this.clusterOf(plan, flags), flags, async (work) => {
      const folder = { 'journal-dir': dirname(file) }
      const context = await applying(folder, this.settling(flags), work)
      return ended(await resumePlan(plan, file, flags.force, context), work)
    })
  }

  /** Brings back what a journal has kept (M8). */
  protected async restoring(file: string, flags: SavedFlags): Promise<Document> {
    const { plan: applied } = await journalIn(file)
    return await this.onCluster(await this.clusterOf(applied, flags), flags, async (work) => {
      const { wish, watch } = this.planning(flags, work)
      const plan = await planRestoreRun(work.cluster.admin, wish, applied, watch)
      this.endWhenInterrupted(work.stop)
      return await settle(plan, flags, this.settling(flags), work)
    })
  }

  private planning(flags: SavedFlags, work: ClusterWork) {
    const { force, 'on-range': onRange, 'quiet-window': quietSeconds } = flags
    const about = { generatedBy: this.generatedBy, clusterUri: work.cluster.uri }
    return { wish: { force, onRange, ...about }, watch: this.watch(quietSeconds, work) }
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

function journalOnStdin(): UsageError {
  return new UsageError(
    'segments.journal-stdin',
    'a run goes on in its journal, which must be a file',
    ['Give the path that the run printed.'],
  )
}

function oneInput(plan: string | undefined): UsageError {
  const message =
    plan === undefined
      ? 'nothing says what to apply'
      : `${plan} is a plan and --from names offsets: only one can be applied`
  return new UsageError('segments.one-input', message, [
    'A plan:            pstool segments apply plan.json',
    'A file of offsets: pstool segments apply --from offsets.csv',
  ])
}

async function journalIn(file: string): Promise<OffsetJournalDocument> {
  const journal = parseDocument('offset-journal', await jsonIn(file), file)
  checkConsistency(journal.plan, file)
  return journal
}

/** @throws InputError for a plan that was changed so that its parts do not fit each other */
function checkConsistency(plan: OffsetPlanDocument, file: string): void {
  const found = contradictions(plan)
  if (found.length === 0) return
  const more = found.length > 1 ? `, and ${found.length - 1} more` : ''
  throw new InputError('input.changed-plan', `${file} contradicts itself: ${found[0]}${more}`, [
    'Plans and journals are used as they were written. Make a new plan for another wish.',
  ])
}

async function jsonIn(file: string): Promise<unknown> {
  return jsonOf(await readText(file), file)
}
