import { UsageError } from '../../errors.ts'
import type { DocumentHeader, ReadSummary } from '../model/document.ts'
import type { MessageBatch } from '../model/message-batch.ts'
import { lanesOf, type Strategy, stacksOf } from '../routing/strategy.ts'
import type { LaneSpec, Partitioner } from '../routing/types.ts'
import { FAILED_KEY, KeyStream } from './key-stream.ts'
import { loadOf, simulatedLane } from './simulated-lane.ts'
import type { PartitionerErrors, SimulatedLane, SimulationDocument } from './simulation.ts'
import { SlotColumn } from './slot-column.ts'
import { type Assumptions, StackRun } from './stack-run.ts'

export interface SimulationOptions extends Assumptions {
  /** Compared side by side; each with its lists of counts and reducers gives one run per stack. */
  readonly strategies: readonly Strategy[]
}

/** Workers whose loads are kept apart; beyond it a simulation says nothing that a person can use. */
const MOST_WORKERS = 1_000_000

interface Run {
  readonly name: string
  readonly stack: readonly LaneSpec[]
  readonly run: StackRun
}

/**
 * Plays messages through every strategy at once: which slot, worker and batch each would meet. Feed
 * it batches in log order, then ask for the document; asking twice, or going on after, is fine.
 */
export class Simulator {
  private readonly streams = new Map<Partitioner, KeyStream>()
  private readonly columns = new Map<LaneSpec, SlotColumn>()
  private readonly runs: readonly Run[]
  private readonly lanesAsked: readonly LaneSpec[]
  private messages = 0

  /** @throws UsageError without a strategy, or for a count that is no positive integer */
  constructor({ strategies, ...assumptions }: SimulationOptions) {
    checkCount('maxMessages', assumptions.maxMessages)
    if (assumptions.members !== null) checkCount('members', assumptions.members)
    const lanes = strategies.map((strategy) => lanesOf(strategy))
    if (lanes[0] === undefined) {
      throw new UsageError('simulation.no-strategy', 'there is no strategy to simulate')
    }
    this.lanesAsked = distinct(lanes.flat())
    this.runs = strategies.flatMap((strategy, at) =>
      stacksOf(lanes[at]!).map((stack, _, { length }) => {
        checkSize(stack)
        const stream = this.streamOf(strategy.partitioner)
        const columns = stack.map((lane) => this.columnOf(lane, stream))
        const name = length === 1 ? strategy.name : stackName(strategy.name, stack)
        return { name, stack, run: new StackRun(columns, stream, assumptions) }
      }),
    )
  }

  /** Takes the next messages; nothing of the batch is kept. */
  add(batch: MessageBatch): void {
    this.messages += batch.count
    for (const stream of this.streams.values()) stream.add(batch)
    for (const column of this.columns.values()) column.catchUp()
    for (const { run } of this.runs) run.add(batch)
  }

  /** What the messages so far come to. */
  document(
    header: Pick<DocumentHeader<'simulation'>, 'generatedBy'>,
    read: ReadSummary,
  ): SimulationDocument {
    const lanes = this.lanes()
    const strategies = this.runs.map(({ name, stack, run }) => ({
      name,
      lanes: stack.map((lane) => lanes.get(lane)!),
      ...run.figures(),
    }))
    return {
      kind: 'simulation',
      version: 1,
      generatedBy: header.generatedBy,
      read,
      messages: this.messages,
      partitionerErrors: this.partitionerErrors(),
      lanes: this.lanesAsked.map((lane) => lanes.get(lane)!),
      layers: strategies[0]!.layers,
      strategies,
    }
  }

  private partitionerErrors(): PartitionerErrors[] {
    return Array.from(this.streams.values(), (stream) => ({
      partitioner: stream.partitioner.name,
      messages: stream.messagesOf(FAILED_KEY),
      refused: stream.refused.first,
    })).filter(({ messages }) => messages > 0)
  }

  private lanes(): ReadonlyMap<LaneSpec, SimulatedLane> {
    const loads = new Map(Array.from(this.streams.values(), (own) => [own, loadOf(own)] as const))
    const entries = Array.from(this.columns, ([lane, { stream }]) => {
      return [lane, simulatedLane(lane, loads.get(stream)!)] as const
    })
    return new Map(entries)
  }

  private streamOf(partitioner: Partitioner): KeyStream {
    const stream = this.streams.get(partitioner) ?? new KeyStream(partitioner)
    this.streams.set(partitioner, stream)
    return stream
  }

  private columnOf(lane: LaneSpec, stream: KeyStream): SlotColumn {
    const column = this.columns.get(lane) ?? new SlotColumn(lane, stream)
    this.columns.set(lane, column)
    return column
  }
}

/** Strategies side by side often share lanes: each is shown once. */
function distinct(lanes: readonly LaneSpec[]): LaneSpec[] {
  const nameOf = ({ layer, count, reducer }: LaneSpec) => `${layer} ${count} ${reducer.name}`
  const first = new Map(lanes.toReversed().map((lane) => [nameOf(lane), lane]))
  return lanes.filter((lane) => first.get(nameOf(lane)) === lane)
}

/** Tells the stacks of one strategy apart: `default, 5 segments by md5`. */
function stackName(strategy: string, stack: readonly LaneSpec[]): string {
  const words = { partition: 'partitions', segment: 'segments', virtualPartition: 'VPs' } as const
  const parts = stack.map(
    ({ layer, count, reducer }) => `${count} ${words[layer]} by ${reducer.name}`,
  )
  return [strategy, ...parts].join(', ')
}

function checkCount(what: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return
  throw new UsageError('simulation.bad-count', `${what} is ${count}`, [
    'Give an integer of at least 1.',
  ])
}

function checkSize(stack: readonly LaneSpec[]): void {
  const workers = stack.reduce((product, { count }) => product * count, 1)
  if (workers <= MOST_WORKERS) return
  throw new UsageError(
    'simulation.too-many-workers',
    `${stack.map(({ count }) => count).join(' x ')} slots are ${workers} workers`,
    [`Simulate at most ${MOST_WORKERS} at once, or the layers one by one.`],
  )
}
