import type { OffsetPlanDocument } from '../../domain/offsets/plan.ts'
import type { MigrationOperation } from '../../domain/offsets/plan-migration.ts'
import { withSegments } from '../../domain/offsets/segmented-group.ts'
import { type CostEffort, withCountedCost } from '../../usecases/segments/count-again.ts'
import { planMigrationRun } from '../../usecases/segments/plan-run.ts'
import type { ShowFlags } from '../base-command.ts'
import type { Document } from '../document.ts'
import { ClusterCommand, type ClusterWork } from './cluster-command.ts'
import {
  type ChosenGroup,
  checkApart,
  checkSegmentsOn,
  chosenGroups,
  clusterOf,
  type GroupChoice,
  orderOf,
} from './orders.ts'
import { type SettleFlags, settle } from './settle.ts'

export interface MigrationFlags extends GroupChoice, SettleFlags, ShowFlags {
  readonly config?: string | undefined
  readonly cost: CostEffort
  readonly 'on-range': 'fail' | 'clamp'
  readonly 'quiet-window': number
}

/** A command that moves the offsets of segmented groups: one plan per run, whatever it names (M8). */
export abstract class MigrationCommand extends ClusterCommand {
  /** @param to number of segments after a rescale; the same unless given */
  protected async migrating(
    operation: MigrationOperation,
    flags: MigrationFlags,
    to?: number,
  ): Promise<Document> {
    const { settings, modules } = await this.settings(flags)
    const groups = await chosenGroups(flags, settings, { modules, folder: process.cwd() })
    if (operation !== 'rescale') checkSegmentsOn(groups)
    return await this.onCluster(clusterOf(flags, groups, settings), flags, async (work) => {
      const plan = await this.planned(operation, groups, flags, to, work)
      const context = {
        generatedBy: this.generatedBy,
        present: (shown: OffsetPlanDocument) => this.present(shown, flags),
      }
      return await settle(plan, flags, context, work)
    })
  }

  private async planned(
    operation: MigrationOperation,
    groups: readonly ChosenGroup[],
    flags: MigrationFlags,
    to: number | undefined,
    work: ClusterWork,
  ): Promise<OffsetPlanDocument> {
    const { cluster, stop } = work
    const orders = groups.map((one) =>
      orderOf(one, to === undefined ? one.group : withSegments(one.group, to)),
    )
    checkApart(orders)
    const { force, 'on-range': onRange } = flags
    const about = { generatedBy: this.generatedBy, clusterUri: cluster.uri }
    const plan = await planMigrationRun(
      cluster.admin,
      { operation, orders, force, onRange, ...about },
      this.watch(flags['quiet-window'], work),
    )
    this.endWhenInterrupted(stop)
    const { openTopic } = cluster
    const { signal } = stop
    const counted = { effort: flags.cost, routings: groups, openTopic, signal }
    const costed = await withCountedCost(plan, counted)
    this.endWhenInterrupted(stop)
    return costed
  }
}
