import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { LocalCluster } from '../../../src/adapters/local/local-cluster.ts'
import { LocalGroupAdmin } from '../../../src/adapters/local/local-group-admin.ts'
import { folderWith } from '../cli/temp-folder.ts'
import { type CliOptions, type CliResult, pstool } from '../cli.ts'

/** `{ analytics: { user_events: { '0': 1000 } } }`; null is no commit. */
export type GroupTable = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, OffsetCell>>>>>
>
type OffsetCell =
  | number
  | null
  | { readonly offset: number; readonly metadata?: string; readonly leaderEpoch?: number }

/** What `local load` takes, with unset offsets too. */
export interface ClusterState {
  readonly topics: Readonly<Record<string, object>>
  readonly groups?: GroupTable
}

/** A topic whose logs keep so much, without messages. */
export function logs(...ranges: readonly (readonly [start: number, end: number])[]): object {
  const entries = ranges.map(([start, end], partition) => [String(partition), { start, end }])
  return { partitions: ranges.length, ranges: Object.fromEntries(entries) }
}

/** The groups of a table as `local dump` has them: offsets are text, and what is unset is not there. */
export function asDumped(table: GroupTable): Record<string, unknown> {
  const cells = Object.entries(table).flatMap(([group, topics]) =>
    Object.entries(topics).flatMap(([topic, partitions]) =>
      Object.entries(partitions).map(([partition, cell]) => ({ group, topic, partition, cell })),
    ),
  )
  const groups: Record<string, Record<string, Record<string, unknown>>> = {}
  for (const { group, topic, partition, cell } of cells) {
    if (cell === null) continue
    groups[group] ??= {}
    groups[group][topic] ??= {}
    groups[group][topic][partition] =
      typeof cell === 'number' ? String(cell) : { ...cell, offset: String(cell.offset) }
  }
  return groups
}

/** A folder of its own with an embedded cluster, on which the CLI is run in processes. */
export class EmbeddedRun {
  readonly uri = 'local:c.db'
  readonly path: string
  private readonly folder

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.folder = folderWith(files)
    this.path = this.folder.path
  }

  /** A cluster in this state. */
  static async of(state: ClusterState, files?: Readonly<Record<string, string>>) {
    const run = new EmbeddedRun(files)
    await run.change((cluster) =>
      cluster.load({ topics: state.topics, groups: asDumped(state.groups ?? {}) }, true),
    )
    return run
  }

  /** Another folder with the same files. */
  copy(): EmbeddedRun {
    const run = new EmbeddedRun()
    cpSync(this.path, run.path, { recursive: true })
    return run
  }

  /** Does something to the cluster that is no group's business. */
  async change<T>(work: (cluster: LocalCluster) => Promise<T>): Promise<T> {
    const cluster = LocalCluster.openOrCreate(join(this.path, 'c.db'))
    try {
      return await work(cluster)
    } finally {
      cluster.close()
    }
  }

  /** Commits as a consumer does that assigns its partitions by hand. */
  async commit(group: string, topic: string, partition: number, offset: number): Promise<void> {
    const admin = LocalGroupAdmin.open(join(this.path, 'c.db'))
    const place = { topic, partition, offset: BigInt(offset), leaderEpoch: null, metadata: '' }
    await admin.commitOffsets(group, [place])
    await admin.close()
  }

  pstool(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return pstool(args, { cwd: this.path, ...options })
  }

  /** `pstool segments ..` on the cluster. */
  segments(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return this.pstool(['segments', ...args, '--cluster', this.uri], options)
  }

  /** The whole cluster as `local dump` has it, to the byte. */
  async dump(): Promise<string> {
    return JSON.stringify(await this.change((cluster) => cluster.dump('pstool test')))
  }

  /** What the groups have committed. */
  async groups(): Promise<unknown> {
    return (await this.change((cluster) => cluster.dump('pstool test'))).groups
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]()
  }
}
