import { BoundedKeys, type KeyUser } from '../keys/bounded-keys.ts'
import { keyEstimates, slotsInAll } from '../keys/estimates.ts'
import { laneFigures, loadWith } from '../keys/lanes.ts'
import type { MessageBatch } from '../model/message-batch.ts'
import type { LaneSpec, Partitioner } from '../routing/types.ts'
import { FOUND_BYTES } from './found-partitions.ts'
import { KeyStream } from './key-stream.ts'
import type { KeyFigures, PartitionerErrors, SimulatedLane } from './simulation.ts'
import { SlotColumn } from './slot-column.ts'
import { SlotSums } from './slot-sums.ts'
import { type Assumptions, StackRun } from './stack-run.ts'
import { NUMBER_BYTES, TimingLog } from './timing/timing-log.ts'

/** What one partitioner comes to. */
export interface PartitionerFigures {
  readonly lanes: ReadonlyMap<LaneSpec, SimulatedLane>
  readonly keys: KeyFigures
  /** Of no message where it refused none. */
  readonly errors: PartitionerErrors
}

/**
 * All that is played over the virtual keys of one partitioner: its lanes and stacks of them. Keys
 * beyond the memory are forgotten; what their messages put into slots is kept.
 */
export class PartitionerRun implements KeyUser {
  private readonly keys: BoundedKeys<SlotSums>
  private readonly stream: KeyStream
  private readonly columns: readonly SlotColumn[]
  private readonly stacks: StackRun[] = []
  /** null where nobody asks how long it takes. */
  readonly log: TimingLog | null

  /** @param isTimed whether stacks are timed: half of the memory is for the log then */
  constructor(
    partitioner: Partitioner,
    lanes: readonly LaneSpec[],
    maxMemoryBytes: number,
    isTimed: boolean,
  ) {
    const beside = FOUND_BYTES + lanes.length * Int32Array.BYTES_PER_ELEMENT
    const bytesBeside = isTimed ? beside + NUMBER_BYTES : beside
    const memory = isTimed ? maxMemoryBytes / 2 : maxMemoryBytes
    this.keys = new BoundedKeys(memory, () => new SlotSums(this.columns), bytesBeside)
    const stream = new KeyStream(partitioner, this.keys)
    this.stream = stream
    this.columns = lanes.map((lane) => new SlotColumn(lane, stream))
    this.log = isTimed ? new TimingLog(stream, this.columns, memory) : null
  }

  /** A stack of these lanes, which is played from now on. */
  stackOf(lanes: readonly LaneSpec[], assumptions: Assumptions): StackRun {
    const columns = this.columns.filter(({ lane }) => lanes.includes(lane))
    const stack = new StackRun(columns, this.stream, assumptions)
    this.stacks.push(stack)
    return stack
  }

  /** Takes the next messages, as many at once as there is room for their keys. */
  add(batch: MessageBatch): void {
    for (let from = 0; from < batch.count; ) {
      const to = this.stream.add(batch, from)
      for (const column of this.columns) column.catchUp()
      for (const stack of this.stacks) stack.add(batch, from, to)
      this.log?.add(batch, from, to)
      this.keys.makeRoomAsNeeded(this)
      from = to
    }
  }

  /** The keys of polls that are not full yet are in use. */
  mark(marks: Uint8Array): void {
    for (const stack of this.stacks) stack.mark(marks)
  }

  /** Follows the table, which has forgotten keys. */
  renumber(newIndices: Int32Array): void {
    this.stream.found.renumber(newIndices)
    for (const column of this.columns) column.renumber(newIndices)
    for (const stack of this.stacks) stack.renumber(newIndices)
    this.log?.renumber(newIndices)
  }

  /**
   * The lanes, and what is known of the keys in them. Messages whose partitioner threw are in slot 0
   * of segments and virtual partitions, like those whose key the reducer refuses, which are the
   * lane's errors (P4).
   */
  figures(): PartitionerFigures {
    const { table, forgotten } = this.keys
    const { nulls } = this.stream
    const estimates = keyEstimates(table, forgotten)
    const load = loadWith(table, nulls, estimates.spectrum)
    const all = this.sums()
    const lanes = this.columns.map(({ lane }, at) => {
      const sums = slotsInAll(lane, all.lanes[at]!, nulls, estimates)
      return [lane, { ...laneFigures(lane, load, sums), bytes: [...sums.bytes] }] as const
    })
    return {
      lanes: new Map(lanes),
      keys: {
        exact: forgotten === null,
        keys: { distinct: estimates.distinct, distinctBounds: estimates.bounds },
        topKeysMaxError: forgotten?.maxMessages ?? 0,
      },
      errors: {
        partitioner: this.stream.partitioner.name,
        messages: nulls.refused ?? 0,
        refused: this.stream.refused.first,
      },
    }
  }

  private sums(): SlotSums {
    const { table, forgotten } = this.keys
    const sums = new SlotSums(this.columns)
    for (let index = 0; index < table.size; index++) sums.add(table, index)
    if (forgotten !== null) sums.merge(forgotten.sums)
    return sums
  }
}
