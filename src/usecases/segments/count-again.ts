import type { MessageBatch } from '../../domain/model/message-batch.ts'
import { READ_ALL } from '../../domain/model/selection.ts'
import { countedCost } from '../../domain/offsets/cost.ts'
import type { OffsetCost, OffsetPlanDocument, PartitionCost } from '../../domain/offsets/plan.ts'
import { type SegmentRouting, segmentOf } from '../../domain/offsets/segment-routing.ts'
import type { SegmentedGroup } from '../../domain/offsets/segmented-group.ts'
import type { MessageSource } from '../../ports/message-source.ts'

/** How far to go for an exact figure. */
export type CostEffort = 'auto' | 'exact' | 'bound'

/** Reading this many messages takes about a second; a longer range wants to be asked for. */
const AUTO_MESSAGES_MAX = 2_000_000

/** Partitioners that give a message of the past another segment than it had. */
const DEALS = /^(random|round-robin|weighted)\b/

export interface Counting {
  readonly effort: CostEffort
  /** How each group's messages are spread; null where pstool was not told. */
  readonly routings: readonly {
    readonly group: SegmentedGroup
    readonly routing: SegmentRouting | null
  }[]
  readonly openTopic: (topic: string) => Promise<MessageSource>
  readonly signal?: AbortSignal | undefined
}

/**
 * The plan with its cost counted: the ranges that come again or are skipped are read, and each message
 * is given to its segment by the partitioner and reducer themselves (M11).
 * @returns the plan with the bound and the reason where counting is not possible, or not wanted
 * @throws BrokerError, InputError
 */
export async function withCountedCost(
  plan: OffsetPlanDocument,
  counting: Counting,
): Promise<OffsetPlanDocument> {
  const { cost } = plan
  if (cost.partitions.length === 0) return plan
  const obstacle = obstacleTo(cost, counting)
  if (obstacle !== null) return { ...plan, cost: { ...cost, reason: obstacle } }
  const counts = new Array<number>(cost.partitions.length).fill(0)
  for (const [topic, rows] of rowsByTopic(cost.partitions)) {
    const source = await counting.openTopic(topic)
    try {
      for (const ranges of rows.values()) {
        const found = await countPartition(source, ranges, counting)
        if (found === null) {
          const reason = `the log of ${topic} does not hold the messages of the range`
          return { ...plan, cost: { ...cost, reason } }
        }
        found.forEach((count, i) => {
          counts[ranges[i]!.at] = count
        })
      }
    } finally {
      await source.close()
    }
  }
  if (counting.signal?.aborted) return plan
  return { ...plan, cost: countedCost(cost, counts) }
}

function obstacleTo(cost: OffsetCost, { effort, routings }: Counting): string | null {
  if (effort === 'bound') return 'the messages were not read, as asked for'
  const groups = new Set(cost.partitions.map(({ group }) => group))
  const concerned = routings.filter(({ group }) => group.segments.some((name) => groups.has(name)))
  const unknown = concerned.find(({ routing }) => routing === null)
  if (unknown !== undefined) {
    return `no strategy was named for ${unknown.group.origin}: --strategy, or groups in the configuration`
  }
  const dealt = concerned.find(
    ({ routing }) => routing !== null && DEALS.test(routing.partitioner.name),
  )
  if (dealt !== undefined) {
    return `${dealt.routing?.partitioner.name} does not say where an earlier message went`
  }
  if (effort === 'exact' || cost.again + cost.skipped <= AUTO_MESSAGES_MAX * groups.size)
    return null
  return `counting would read more than ${AUTO_MESSAGES_MAX} messages; --cost exact reads them`
}

/** A row of the cost, and where it stands in the list. */
interface Ranged extends PartitionCost {
  readonly at: number
}

function rowsByTopic(rows: readonly PartitionCost[]): Map<string, Map<number, Ranged[]>> {
  const topics = new Map<string, Map<number, Ranged[]>>()
  rows.forEach((row, at) => {
    const partitions = topics.get(row.topic) ?? new Map<number, Ranged[]>()
    topics.set(row.topic, partitions)
    partitions.set(row.partition, [...(partitions.get(row.partition) ?? []), { ...row, at }])
  })
  return topics
}

/** Messages of each range that belong to its group; null where the log has nothing to count. */
async function countPartition(
  source: MessageSource,
  ranges: readonly Ranged[],
  { routings, signal }: Counting,
): Promise<readonly number[] | null> {
  const counters = ranges.map((range) => counterOf(range, routings))
  const { from, until } = spanOf(ranges)
  const keysOnly = routings.every(({ routing }) => routing?.partitioner.readsKeyOnly ?? true)
  const selection = {
    ...READ_ALL,
    partitions: [ranges[0]!.partition],
    from: { at: 'offset', offset: BigInt(from) },
    until: { at: 'offset', offset: BigInt(until) },
    content: keysOnly ? 'keys' : 'messages',
  } as const
  let read = 0
  for await (const batch of source.read(selection, signal)) {
    read += batch.count
    for (const counter of counters) counter.add(batch)
  }
  return read === 0 ? null : counters.map(({ count }) => count)
}

/** From the lowest start to the highest end. */
function spanOf(ranges: readonly PartitionCost[]): { from: number; until: number } {
  return {
    from: Math.min(...ranges.map(({ from }) => Number(from))),
    until: Math.max(...ranges.map(({ to }) => Number(to))),
  }
}

/** Whether a row of a batch is one of the group's. */
type Belongs = (batch: MessageBatch, row: number) => boolean

class RangeCounter {
  count = 0
  private readonly from: number
  private readonly to: number
  private readonly belongs: Belongs

  constructor(range: PartitionCost, belongs: Belongs) {
    this.from = Number(range.from)
    this.to = Number(range.to)
    this.belongs = belongs
  }

  add(batch: MessageBatch): void {
    for (let row = 0; row < batch.count; row++) {
      const offset = batch.offset[row]!
      if (offset >= this.from && offset < this.to && this.belongs(batch, row)) this.count++
    }
  }
}

function counterOf(range: PartitionCost, routings: Counting['routings']): RangeCounter {
  const segmented = segmentedBy(range.group, routings)
  // The origin has no part of the messages: all are its own.
  if (segmented === undefined) return new RangeCounter(range, () => true)
  const { group, routing } = segmented
  if (routing === null) throw new RangeError(`no routing for ${range.group}`)
  const id = group.segments.indexOf(range.group)
  const count = group.segments.length
  return new RangeCounter(range, (batch, row) => segmentOf(routing, batch, row, count) === id)
}

function segmentedBy(name: string, routings: Counting['routings']) {
  return routings.find(({ group }) => group.segments.includes(name))
}
