import type { CommittedOffset, TopicPartition } from '../../../domain/model/cluster.ts'
import type { AssignedPartition, JoinRequest } from '../../../ports/consumer-source.ts'
import { byLeader } from '../cluster/cluster.ts'
import { EARLIEST, LATEST } from '../cluster/list-offsets.ts'
import { codeFailure, isPassing } from '../connection/failures.ts'
import type { Brokers } from '../groups/brokers.ts'
import { LIST_OFFSETS } from '../groups/requests/list-offsets.ts'
import type { BrokerAddress } from '../options.ts'
import { ERROR, LEADER_MOVED } from '../wire/error-codes.ts'
import type { CommittedOffsets } from './committed-offsets.ts'
import { mayPass } from './coordinator.ts'
import { noPosition } from './failures.ts'
import { keyOf } from './partition-key.ts'
import { BackOff } from './pause.ts'
import type { TopicWatch } from './topic-watch.ts'

export interface PositionSurroundings {
  readonly group: string
  readonly startFrom: JoinRequest['startFrom']
  readonly brokers: Brokers
  readonly topics: TopicWatch
  readonly committed: CommittedOffsets
  readonly ending: AbortSignal
  problem(error: unknown): void
}

/** Where partitions begin: at what was committed, else where `startFrom` says. */
export class StartPositions {
  private readonly around: PositionSurroundings

  constructor(around: PositionSurroundings) {
    this.around = around
  }

  /**
   * Finds positions until none is left to find. A transaction that commits for a partition is
   * waited for, and so are partitions that nobody leads.
   * @param left which ones are still to be found
   * @param found may be called several times
   * @throws BrokerError where trying again would not help
   */
  async find(
    left: () => readonly TopicPartition[],
    found: (partitions: readonly AssignedPartition[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const again = new BackOff()
    for (;;) {
      const open = left()
      if (open.length === 0 || signal.aborted) return
      try {
        found(await this.attempt(open))
      } catch (error) {
        if (signal.aborted) return
        if (!mayPass(error)) throw error
        this.around.problem(error)
      }
      if (left().length > 0) await again.wait(signal)
    }
  }

  /** Where to go on that is not in the log; null: nowhere. @throws BrokerError */
  async startOf(partition: TopicPartition): Promise<number | null> {
    const { startFrom, ending } = this.around
    if (startFrom === 'fail') return null
    const again = new BackOff()
    for (;;) {
      const start = (await this.edges([partition])).get(keyOf(partition))
      if (start !== undefined) return start
      await again.wait(ending)
      if (ending.aborted) return null
    }
  }

  /** Those that could be found now. */
  private async attempt(open: readonly TopicPartition[]): Promise<AssignedPartition[]> {
    const { group, startFrom, committed } = this.around
    const offsets = await committed.of(open)
    const bare = open.filter((partition) => offsets.get(keyOf(partition)) === null)
    if (bare.length > 0 && startFrom === 'fail') throw noPosition(group, bare[0]!)
    const edges = bare.length === 0 ? new Map<string, number>() : await this.edges(bare)
    return open.flatMap(({ topic, partition }) => {
      const key = keyOf({ topic, partition })
      const offset: CommittedOffset | null | undefined = offsets.get(key)
      if (offset === undefined) return []
      const position = offset === null ? edges.get(key) : Number(offset.offset)
      return position === undefined ? [] : [{ topic, partition, position, committed: offset }]
    })
  }

  /** The log's start, or its last stable offset; left out where nobody tells just now. */
  private async edges(partitions: readonly TopicPartition[]): Promise<Map<string, number>> {
    const { topics } = this.around
    const edges = new Map<string, number>()
    const led = partitions.map((partition) => ({
      ...partition,
      leader: topics.partition(partition)?.leader ?? null,
      epoch: topics.partition(partition)?.epoch ?? -1,
    }))
    await Promise.all(
      [...byLeader(led)].map(async ([leader, own]) => {
        for (const [key, offset] of await this.edgesAt(leader, own)) edges.set(key, offset)
      }),
    )
    if (edges.size < partitions.length) await topics.refresh()
    return edges
  }

  private async edgesAt(
    leader: BrokerAddress,
    led: readonly (TopicPartition & { readonly epoch: number })[],
  ): Promise<[string, number][]> {
    const { brokers, startFrom, problem } = this.around
    const topics = [...Map.groupBy(led, ({ topic }) => topic)].map(([name, partitions]) => ({
      name,
      partitions,
    }))
    const time = startFrom === 'latest' ? LATEST : EARLIEST
    try {
      const broker = await brokers.at(leader)
      const listed = await broker.ask(LIST_OFFSETS, { time, topics, committedOnly: true })
      return listed.flatMap(({ topic, partition, code, offset }) => {
        if (LEADER_MOVED.has(code)) return []
        if (code !== ERROR.none) throw codeFailure(code, `list offsets of ${topic}#${partition}`)
        return [[keyOf({ topic, partition }), Number(offset)] as [string, number]]
      })
    } catch (error) {
      if (!isPassing(error)) throw error
      problem(error)
      return []
    }
  }
}
