import type { LaneSpec } from '../routing/types.ts'
import type { KeySums } from './forgotten-keys.ts'
import { isUtf8, KEY_SHAPES, shapeOf } from './key-shape.ts'
import type { KeyTable } from './key-table.ts'
import { addKey, addLane, addTo, emptyLane, type LaneSums } from './lane-sums.ts'
import { SizeHistogram } from './size-histogram.ts'

/**
 * What adds up over keys: lanes, sizes, shapes. A key goes in once with all its messages, so the
 * keys that had to be forgotten and those still in the table make one total.
 */
export class KeyFold implements KeySums {
  readonly specs: readonly LaneSpec[]
  readonly lanes: readonly LaneSums[]
  readonly sizes = new SizeHistogram()
  /** By position in KEY_SHAPES. */
  readonly shapeMessages = new Float64Array(KEY_SHAPES.length)
  readonly shapeKeys = new Float64Array(KEY_SHAPES.length)
  messages = 0
  emptyMessages = 0
  binaryMessages = 0

  constructor(specs: readonly LaneSpec[]) {
    this.specs = specs
    this.lanes = specs.map(({ count }) => emptyLane(count))
  }

  /** Adds a key of the table with all its messages. */
  add(table: KeyTable, index: number): void {
    const messages = table.messagesOf(index)
    if (messages === 0) return
    const start = table.startOf(index)
    const end = table.endOf(index)
    this.messages += messages
    this.sizes.add(end - start, messages)
    if (start === end) this.emptyMessages += messages
    const name = shapeOf(table.keyBytes, start, end)
    const shape = KEY_SHAPES.indexOf(name)
    this.shapeMessages[shape] = this.shapeMessages[shape]! + messages
    this.shapeKeys[shape] = this.shapeKeys[shape]! + 1
    if (name.startsWith('binary') && !isUtf8(table.keyBytes, start, end)) {
      this.binaryMessages += messages
    }
    for (let lane = 0; lane < this.lanes.length; lane++) {
      addKey(this.lanes[lane]!, this.specs[lane]!, table, index)
    }
  }

  /** Adds what another fold over the same lanes has, and leaves that as it is. */
  merge(other: KeyFold): void {
    this.messages += other.messages
    this.emptyMessages += other.emptyMessages
    this.binaryMessages += other.binaryMessages
    this.sizes.merge(other.sizes)
    addTo(this.shapeMessages, other.shapeMessages)
    addTo(this.shapeKeys, other.shapeKeys)
    other.lanes.forEach((lane, i) => {
      addLane(this.lanes[i]!, lane)
    })
  }
}

/** A fold over all keys of a table; `forgotten` counts too. */
export function foldKeys(
  specs: readonly LaneSpec[],
  table: KeyTable,
  forgotten: KeyFold | null,
): KeyFold {
  const fold = new KeyFold(specs)
  for (let index = 0; index < table.size; index++) fold.add(table, index)
  if (forgotten !== null) fold.merge(forgotten)
  return fold
}
