import { UsageError } from '../../errors.ts'
import type { DocumentHeader, ReadSummary } from '../model/document.ts'
import type { MessageBatch } from '../model/message-batch.ts'
import { lanesOf, type Strategy, stacksOf } from '../routing/strategy.ts'
import type { LaneSpec, Partitioner } from '../routing/types.ts'
import { PartitionerRun } from './partitioner-run.ts'
import type { SimulationDocument } from './simulation.ts'
import type { Assumptions, StackRun } from './stack-run.ts'
import { checkTiming } from './timing/check-timing.ts'
import type { Timing } from './timing/timing.ts'
import { checkStacks } from './worker-limit.ts'

export interface SimulationOptions extends Assumptions {
  /** Compared side by side; each with its lists of counts and reducers gives one run per stack. */
  readonly strategies: readonly Strategy[]
  /** For keys and their slots; beyond it rare keys are forgotten. At least 16 KiB. */
  readonly maxMemoryBytes: number
}

type Header = Pick<DocumentHeader<'simulation'>, 'generatedBy'>

interface Run {
  readonly name: string
  readonly stack: readonly LaneSpec[]
  readonly run: StackRun
  readonly partitioner: Partitioner
}

/**
 * Plays messages through every strategy at once: which slot, worker and batch each would meet. Feed
 * it batches in log order, then ask for the document; asking twice, or going on after, is fine.
 */
export class Simulator {
  private readonly partitioners: ReadonlyMap<Partitioner, PartitionerRun>
  private readonly runs: readonly Run[]
  private readonly lanesAsked: readonly LaneSpec[]
  private messages = 0

  /** @throws UsageError without a strategy, or for a count that is no positive integer */
  constructor({ strategies, maxMemoryBytes, ...assumptions }: SimulationOptions) {
    checkCount('maxMessages', assumptions.maxMessages)
    if (assumptions.members !== null) checkCount('members', assumptions.members)
    if (assumptions.timing !== null) checkTiming(assumptions.timing)
    const lanes = strategies.map((strategy) => lanesOf(strategy))
    if (lanes[0] === undefined) {
      throw new UsageError('simulation.no-strategy', 'there is no strategy to simulate')
    }
    const stacks = lanes.map((own) => stacksOf(own))
    checkStacks(stacks.reduce((sum, own) => sum + own.length, 0))
    this.lanesAsked = distinct(lanes.flat())
    const isTimed = assumptions.timing !== null
    const own = Map.groupBy(lanes.keys(), (at) => strategies[at]!.partitioner)
    this.partitioners = new Map(
      Array.from(own, ([partitioner, at]) => {
        const played = at.flatMap((strategy) => lanes[strategy]!)
        return [
          partitioner,
          new PartitionerRun(partitioner, played, maxMemoryBytes / own.size, isTimed),
        ]
      }),
    )
    this.runs = strategies.flatMap((strategy, at) =>
      stacks[at]!.map((stack, _, { length }) => {
        const { partitioner } = strategy
        const run = this.partitioners.get(partitioner)!.stackOf(stack, assumptions)
        const name = length === 1 ? strategy.name : stackName(strategy.name, stack)
        return { name, stack, run, partitioner }
      }),
    )
  }

  /** Takes the next messages; nothing of the batch is kept. */
  add(batch: MessageBatch): void {
    this.messages += batch.count
    for (const run of this.partitioners.values()) run.add(batch)
  }

  /** What the messages so far come to. */
  document(header: Header, read: ReadSummary): SimulationDocument {
    const steps = this.documentSteps(header, read)
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
    }
  }

  /**
   * The same in steps of some milliseconds, as timing may take long. Given `true` at a step it ends
   * without timing what is not timed yet.
   */
  *documentSteps(
    header: Header,
    read: ReadSummary,
  ): Generator<void, SimulationDocument, boolean | undefined> {
    const timings = new Map<StackRun, Timing | null>()
    for (const { run, partitioner } of this.runs) {
      const timing = yield* run.timing(this.partitioners.get(partitioner)!.log)
      timings.set(run, timing)
      if (timing === null) break
    }
    const figures = new Map(
      Array.from(this.partitioners, ([partitioner, run]) => [partitioner, run.figures()] as const),
    )
    const lanes = new Map([...figures.values()].flatMap((own) => [...own.lanes]))
    const strategies = this.runs.map(({ name, stack, run, partitioner }) => ({
      name,
      ...figures.get(partitioner)!.keys,
      lanes: stack.map((lane) => lanes.get(lane)!),
      ...run.figures(),
      timing: timings.get(run) ?? null,
    }))
    return {
      kind: 'simulation',
      version: 1,
      generatedBy: header.generatedBy,
      read,
      messages: this.messages,
      partitionerErrors: [...figures.values()]
        .map(({ errors }) => errors)
        .filter(({ messages }) => messages > 0),
      exact: strategies.every(({ exact }) => exact),
      lanes: this.lanesAsked.map((lane) => lanes.get(lane)!),
      layers: strategies[0]!.layers,
      timing: strategies[0]!.timing,
      strategies,
    }
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
