import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommittedOffset } from '../../../src/domain/model/cluster.ts'
import type { GroupAdmin } from '../../../src/ports/group-admin.ts'
import { folderWith } from '../cli/temp-folder.ts'
import { type CliOptions, type CliResult, pstool } from '../cli.ts'
import { withAdmin } from '../kafka/client.ts'
import { OWN_GROUP, uniqueName } from '../kafka/topics.ts'
import type { GroupTable } from './embedded.ts'
import { type CrashPlace, journalsIn } from './killed-everywhere.ts'

/** What tests call the only origin, in tables and arguments; on the broker it has a name of its own. */
const ORIGIN = 'analytics'
const SEGMENTS_MAX = 8

/** A broker, and what tests call its topics. */
export interface KafkaPlace {
  readonly brokers: string
  /** Sees and commits everything; not closed here. */
  readonly admin: GroupAdmin
  /** Name in the tests' tables -> the topic's own. */
  readonly topics: Readonly<Record<string, string>>
  /** Files in the folder in which the CLI runs. */
  readonly files?: Readonly<Record<string, string>>
}

/**
 * A segmented group of its own on a real broker, and a folder in which the CLI is run on it. Tests
 * say `analytics`, `analytics-parallel-0` and so on, whatever the names on the broker are.
 */
export class KafkaRun implements CrashPlace, AsyncDisposable {
  readonly uri: string
  readonly path: string
  /** The origin's name on the broker. */
  readonly origin = uniqueName(OWN_GROUP)
  private readonly place: KafkaPlace
  private readonly folder

  constructor(place: KafkaPlace) {
    this.place = place
    this.uri = `kafka://${place.brokers}`
    this.folder = folderWith(place.files)
    this.path = this.folder.path
  }

  /** Groups with these offsets. */
  static async of(place: KafkaPlace, groups: GroupTable): Promise<KafkaRun> {
    const run = new KafkaRun(place)
    for (const [group, topics] of Object.entries(groups)) {
      const offsets = Object.entries(topics).flatMap(([topic, cells]) =>
        Object.entries(cells).flatMap(([partition, cell]): CommittedOffset[] => {
          if (cell === null) return []
          const told = typeof cell === 'number' ? { offset: cell } : cell
          const { offset, leaderEpoch = null, metadata = '' } = told
          const at = { topic: place.topics[topic]!, partition: Number(partition) }
          return [{ ...at, offset: BigInt(offset), leaderEpoch, metadata }]
        }),
      )
      await run.commit(run.named(group), offsets)
    }
    return run
  }

  /** Groups of other names with the same offsets, and the same journals about those. */
  async copy(): Promise<KafkaRun> {
    const twin = new KafkaRun(this.place)
    for (const { group, offsets } of await this.committed()) {
      if (offsets.length > 0) await twin.commit(twin.named(this.told(group)), offsets)
    }
    cpSync(this.path, twin.path, { recursive: true })
    for (const journal of journalsIn(twin)) {
      const file = join(twin.path, journal)
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(this.origin, twin.origin))
    }
    return twin
  }

  /** The name on the broker of what tests call so. */
  named(group: string): string {
    return group.replaceAll(ORIGIN, this.origin)
  }

  /** Text with the tests' names for groups and topics. */
  told(text: string): string {
    return Object.entries(this.place.topics).reduce(
      (told, [name, own]) => told.replaceAll(own, name),
      text.replaceAll(this.origin, ORIGIN),
    )
  }

  /** Commits as a consumer does that assigns its partitions by hand. @param group the broker's name */
  async commit(group: string, offsets: readonly CommittedOffset[]): Promise<void> {
    for (const { problem } of await this.place.admin.commitOffsets(group, offsets)) {
      if (problem !== null) throw new Error(problem.message)
    }
  }

  /** Runs the CLI in the folder, its arguments with the group's own name; its answer as tests say it. */
  async pstool(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const own = args.map((arg) => this.named(arg))
    const result = await pstool(own, { cwd: this.path, ...options })
    return { ...result, stdout: this.told(result.stdout), stderr: this.told(result.stderr) }
  }

  /** `pstool segments ..` on the broker. */
  async segments(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return await this.pstool(['segments', ...args, '--cluster', this.uri], options)
  }

  /** What origin and segments have committed, with epoch and metadata, in the tests' names. */
  async groups(): Promise<Record<string, unknown>> {
    const committed = (await this.committed()).filter(({ offsets }) => offsets.length > 0)
    return Object.fromEntries(
      committed.map(({ group, offsets }) => [
        this.told(group),
        Object.fromEntries(
          offsets.map(({ topic, partition, offset, leaderEpoch, metadata }) => [
            `${this.told(topic)}#${partition}`,
            { offset: String(offset), leaderEpoch, metadata },
          ]),
        ),
      ]),
    )
  }

  async dump(): Promise<string> {
    return JSON.stringify(await this.groups())
  }

  /** Groups that stay would make every list of groups longer. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.folder[Symbol.dispose]()
    const groups = await this.emptyGroups()
    if (groups.length === 0) return
    try {
      await withAdmin(this.place.brokers, (admin) => admin.deleteGroups({ groups }))
    } catch (error) {
      // The broker may have forgotten a group without offsets in between.
      if ((await this.emptyGroups()).length > 0) throw error
    }
  }

  private async emptyGroups(): Promise<string[]> {
    const known = await this.place.admin.listGroups()
    return known
      .filter(({ group, state }) => group.startsWith(this.origin) && state === 'empty')
      .map(({ group }) => group)
  }

  private async committed() {
    const segments = Array.from({ length: SEGMENTS_MAX }, (_, id) => `${ORIGIN}-parallel-${id}`)
    const names = [ORIGIN, ...segments].map((group) => this.named(group))
    const read = await this.place.admin.fetchOffsets(names, Object.values(this.place.topics))
    for (const { problem } of read) if (problem !== null) throw new Error(problem.message)
    return read
  }
}
