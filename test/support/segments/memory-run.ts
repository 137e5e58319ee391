import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MemoryCluster } from '../../../src/adapters/memory/memory-cluster.ts'
import { MemoryGroupAdmin } from '../../../src/adapters/memory/memory-group-admin.ts'
import { journalFiles } from '../../../src/adapters/system/journal-files.ts'
import type { OffsetJournalDocument } from '../../../src/domain/offsets/journal.ts'
import type { OffsetPlanDocument } from '../../../src/domain/offsets/plan.ts'
import type { MigrationOperation } from '../../../src/domain/offsets/plan-migration.ts'
import { segmentedGroup, withSegments } from '../../../src/domain/offsets/segmented-group.ts'
import type { GroupAdmin, RequestHook } from '../../../src/ports/group-admin.ts'
import type { Applying } from '../../../src/usecases/segments/apply-plan.ts'
import { planMigrationRun, planRestoreRun } from '../../../src/usecases/segments/plan-run.ts'
import { folderWith } from '../cli/temp-folder.ts'

/** Group -> offset per partition of `events`; null is no commit. */
export type Standing = Readonly<Record<string, readonly (number | null)[]>>

export interface Wish {
  readonly operation: MigrationOperation
  /** Origins, and how many segments each has. */
  readonly segments: Readonly<Record<string, number>>
  readonly to?: number
  readonly force?: boolean
  readonly onRange?: 'fail' | 'clamp'
}

const about = { generatedBy: 'pstool test', clusterUri: 'memory' }
const atOnce = { quietSeconds: 0, pause: async () => {} }

/** A cluster in memory whose topic `events` has logs of 0 to 1000, and what a command does to it. */
export class MemoryRun {
  readonly cluster = new MemoryCluster()
  readonly admin: MemoryGroupAdmin
  private readonly folder = folderWith()
  private readonly partitions: number

  constructor(standing: Standing, partitions = 2, onRequest?: RequestHook) {
    this.partitions = partitions
    this.admin = new MemoryGroupAdmin(this.cluster, onRequest)
    this.makeTopic(partitions)
    for (const [group, offsets] of Object.entries(standing)) {
      offsets.forEach((offset, partition) => {
        if (offset !== null) this.commit(group, partition, offset)
      })
    }
  }

  makeTopic(partitions = this.partitions): void {
    this.cluster.makeTopic(
      'events',
      Array.from({ length: partitions }, () => ({ start: 0n, end: 1000n })),
    )
  }

  commit(group: string, partition: number, offset: number, more: object = {}): void {
    const place = { topic: 'events', partition, offset: BigInt(offset) }
    this.cluster.putOffset(group, { ...place, leaderEpoch: null, metadata: '', ...more })
  }

  /** The plan of a migration, made without a quiet window. */
  plan(wish: Wish, admin: GroupAdmin = this.admin): Promise<OffsetPlanDocument> {
    const { operation, force = false, onRange = 'fail', to } = wish
    const orders = Object.entries(wish.segments).map(([origin, count]) => {
      const group = segmentedGroup(origin, count)
      return { group, to: withSegments(group, to ?? count), strategy: null }
    })
    return planMigrationRun(admin, { operation, orders, force, onRange, ...about }, atOnce)
  }

  /** The plan that undoes another. */
  back(applied: OffsetPlanDocument, force = false): Promise<OffsetPlanDocument> {
    return planRestoreRun(this.admin, { force, onRange: 'fail', ...about }, applied, atOnce)
  }

  /** Journals are real files; pauses pass at once. */
  applying(changes: Partial<Applying> = {}): Applying {
    return {
      admin: this.admin,
      journals: journalFiles(this.folder.path),
      generatedBy: about.generatedBy,
      pause: async () => {},
      ...changes,
    }
  }

  /** Where groups stand, those without offsets left out. */
  standing(): Record<string, (number | null)[]> {
    return Object.fromEntries(
      this.cluster.groupNames().map((name) => {
        const offsets = this.cluster.group(name)?.offsets.get('events')
        const standing = Array.from({ length: this.partitions }, (_, partition) => {
          const offset = offsets?.get(partition)?.offset
          return offset === undefined ? null : Number(offset)
        })
        return [name, standing]
      }),
    )
  }

  /** Paths of the journals that were written. */
  journals(): string[] {
    return readdirSync(this.folder.path).map((name) => join(this.folder.path, name))
  }

  journal(): OffsetJournalDocument {
    const [path, ...others] = this.journals()
    if (path === undefined || others.length > 0) throw new Error('there is not one journal')
    return JSON.parse(readFileSync(path, 'utf8')) as OffsetJournalDocument
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]()
  }
}
