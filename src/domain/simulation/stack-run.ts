import { UsageError } from '../../errors.ts'
import { NO_SLOT } from '../keys/lane-sums.ts'
import type { MessageBatch } from '../model/message-batch.ts'
import type { Layer } from '../routing/types.ts'
import { BatchSplitter, type Distribution } from './batch-splitter.ts'
import { BatchTally, batchUse } from './batch-use.ts'
import { foundCorrelation, pairsOf, type SlotPairs } from './correlation.ts'
import { type KeyStream, NULL_KEY } from './key-stream.ts'
import { memberUse } from './member-use.ts'
import { PartitionWindow } from './partition-window.ts'
import type { KeyFigures, LayerCorrelation, LayersFigures, StrategyFigures } from './simulation.ts'
import type { SlotColumn } from './slot-column.ts'
import { timingOf } from './timing/stack-timing.ts'
import type { Timing, TimingOptions } from './timing/timing.ts'
import type { TimingLog } from './timing/timing-log.ts'
import { checkWorkers } from './worker-limit.ts'

/** What a simulation assumes beside the strategies. */
export interface Assumptions {
  /** Most messages of one partition that a poll gives. */
  readonly maxMessages: number
  readonly distribution: Distribution
  /** Members of the consumer group (of each segment's group); null: not asked. */
  readonly members: number | null
  /** Partitions of the topic as its source says; null where it does not. */
  readonly topicPartitions: number | null
  /** The partitions that are read, where those are not all. */
  readonly selectedPartitions: readonly number[] | null
  /** How long draining would take; null: not asked. */
  readonly timing: TimingOptions | null
}

/**
 * One stack of layers, at most one lane of each, fed message by message. The partition is the one
 * that the partition lane predicts, else the one where the message was found.
 */
export class StackRun {
  private readonly columns: { readonly [layer in Layer]?: SlotColumn }
  private readonly stream: KeyStream
  private readonly assumptions: Assumptions
  private readonly splitter: BatchSplitter
  private readonly pairs: readonly SlotPairs[]
  private readonly tally: BatchTally
  private readonly windows = new Map<number, PartitionWindow>()
  /** Keyless messages that were dealt to predicted partitions so far. */
  private dealt = 0

  /**
   * @throws UsageError for more workers than are kept apart, and for members that would own
   *   partitions which are not read
   */
  constructor(columns: readonly SlotColumn[], stream: KeyStream, assumptions: Assumptions) {
    this.columns = Object.fromEntries(columns.map((column) => [column.lane.layer, column]))
    this.stream = stream
    this.assumptions = assumptions
    const { partition, segment, virtualPartition } = this.columns
    const { members, selectedPartitions } = assumptions
    if (members !== null && selectedPartitions !== null && partition === undefined) {
      throw partitionsLeftOut()
    }
    checkWorkers([
      partition?.lane.count ?? assumptions.topicPartitions ?? 1,
      segment?.lane.count ?? 1,
      virtualPartition?.lane.count ?? 1,
    ])
    this.pairs = pairsOf([partition, segment, virtualPartition].filter((own) => own !== undefined))
    this.splitter = new BatchSplitter(segment, virtualPartition, assumptions.distribution)
    this.tally = new BatchTally(this.splitter.virtualPartitions)
  }

  /**
   * The rows of a batch that the stream has indexed and the columns have placed.
   * @throws UsageError for members that are to share messages of no partition, and for partitions
   *   that make more workers than are kept apart
   */
  add({ partition }: MessageBatch, from: number, to: number): void {
    for (const pair of this.pairs) pair.catchUp()
    const { indexes } = this.stream
    const predicted = this.columns.partition
    let last = Number.NaN
    let window: PartitionWindow | undefined
    for (let i = from; i < to; i++) {
      const key = indexes[i]!
      const id = predicted === undefined ? partition[i]! : this.predict(predicted, key)
      if (window === undefined || id !== last) {
        window = this.windowOf(id)
        last = id
      }
      if (window.push(key)) {
        this.splitter.split(window.keys, window.count, window.loads, this.tally)
        window.count = 0
      }
    }
  }

  /** The keys of polls that are not full yet are in use. */
  mark(marks: Uint8Array): void {
    for (const window of this.windows.values()) window.mark(marks)
  }

  /** Follows the stream's table, which has forgotten keys. */
  renumber(newIndices: Int32Array): void {
    for (const window of this.windows.values()) window.renumber(newIndices)
    for (const pair of this.pairs) pair.skipKnown()
  }

  /** Everything but lanes and keys, as of now; batches that are not full yet count as they are. */
  figures(): Omit<StrategyFigures, 'name' | 'lanes' | 'timing' | keyof KeyFigures> {
    const tally = this.tally.copy()
    const loads = new Map<number, Float64Array>()
    for (const [id, window] of this.windows) {
      const copy = window.loads.slice()
      if (window.count > 0) this.splitter.split(window.keys, window.count, copy, tally)
      loads.set(id, copy)
    }
    return {
      layers: this.layers([...loads.values()]),
      batches: this.columns.virtualPartition ? batchUse(tally, this.assumptions) : null,
      traffic: this.traffic(),
      members: this.members(),
    }
  }

  /** How long these messages take, as far as the log has them; as `timingOf` gives it. */
  *timing(log: TimingLog | null): Generator<void, Timing | null, boolean | undefined> {
    const { timing } = this.assumptions
    if (log === null || timing === null) return null
    const partitionIds = this.partitionIds()
    return yield* timingOf(log, {
      ...this.assumptions,
      timing,
      partitionIds,
      columns: this.columns,
    })
  }

  private predict(column: SlotColumn, key: number): number {
    const slot = column.slots[key]!
    if (slot !== NO_SLOT) return slot
    // R7: the producer chooses. Taking turns is what its sticky batches come to in the long run.
    return key === NULL_KEY ? this.dealt++ % column.lane.count : 0
  }

  private windowOf(id: number): PartitionWindow {
    let window = this.windows.get(id)
    if (window === undefined) {
      if (id < 0 && this.assumptions.members !== null) throw noPartitions()
      const { segments, virtualPartitions } = this.splitter
      checkWorkers([this.windows.size + 1, segments, virtualPartitions])
      window = new PartitionWindow(this.assumptions.maxMessages, segments * virtualPartitions)
      this.windows.set(id, window)
    }
    return window
  }

  private layers(loads: readonly Float64Array[]): LayersFigures {
    const { segment, virtualPartition } = this.columns
    const partitions = this.partitionIds().length
    const played = this.partitionsPlayed()
    const dimensions = [partitions > 0, segment, virtualPartition].filter(Boolean).length
    const { segments, virtualPartitions } = this.splitter
    const workers = Math.max(played, 1) * segments * virtualPartitions
    const busy = loads.reduce((sum, own) => sum + own.filter((load) => load > 0).length, 0)
    const worst = loads.reduce((most, own) => own.reduce((a, b) => Math.max(a, b), most), 0)
    const { messages } = this.stream
    return {
      correlation: [
        ...this.foundCorrelations(partitions),
        ...this.pairs.flatMap((pair) => pair.correlation() ?? []),
      ],
      stacked:
        dimensions < 2
          ? null
          : {
              workers,
              busyWorkers: busy,
              imbalance: messages === 0 ? 0 : (worst * workers) / messages,
            },
    }
  }

  /** Where no partition is predicted, messages are in those of the log. */
  private foundCorrelations(partitions: number): LayerCorrelation[] {
    const { partition, segment, virtualPartition } = this.columns
    if (partition !== undefined) return []
    return [segment, virtualPartition].flatMap((column) =>
      column === undefined ? [] : foundCorrelation(column, partitions),
    )
  }

  private traffic(): StrategyFigures['traffic'] {
    const { segments } = this.splitter
    return {
      segments,
      messagesRead: this.stream.messages * segments,
      bytesRead: this.stream.bytes * segments,
      factor: segments,
    }
  }

  private members(): StrategyFigures['members'] {
    const { members } = this.assumptions
    const ids = this.partitionIds()
    if (members === null || ids.length === 0) return null
    return memberUse(
      members,
      ids.map((id) => this.windows.get(id)?.messages ?? 0),
    )
  }

  /** How many partitions messages could be in: those of the log only as far as they are read. */
  private partitionsPlayed(): number {
    const ids = this.partitionIds()
    const { selectedPartitions } = this.assumptions
    if (selectedPartitions === null || this.columns.partition !== undefined) return ids.length
    const selected = new Set(selectedPartitions)
    return ids.filter((id) => selected.has(id)).length
  }

  /** The partitions that there are, ascending; none where the source knows of none. */
  private partitionIds(): readonly number[] {
    const found = [...this.windows.keys()].filter((id) => id >= 0).sort((a, b) => a - b)
    const count = this.columns.partition?.lane.count ?? this.assumptions.topicPartitions
    if (count === null || count === 0) return found
    // A partition that was added during the read is one more than the source said at first.
    const length = Math.max(count, (found.at(-1) ?? 0) + 1)
    return Array.from({ length }, (_, id) => id)
  }
}

function noPartitions(): UsageError {
  return new UsageError(
    'simulation.no-partitions',
    'members share partitions, and these messages are in none',
    ['Give --partitions N, the number that the topic has, or leave out --members.'],
  )
}

function partitionsLeftOut(): UsageError {
  return new UsageError(
    'simulation.partitions-left-out',
    'members share all partitions, and only some of them are read',
    ['Leave out --members or --only-partitions, or give --partitions N to spread the keys over.'],
  )
}
