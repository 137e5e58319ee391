import type { ReadRange, ReadSummary } from '../domain/model/document.ts'
import type { MessageBatch } from '../domain/model/message-batch.ts'
import type { Selection, SourceDescription } from '../domain/model/selection.ts'
import type { MessageSource } from '../ports/message-source.ts'

/** What a long read tells the outside, and how the outside stops it. */
export interface ReadHooks {
  /** Aborted: the read ends early and the figures cover a part. */
  readonly signal?: AbortSignal
  /** Called after every batch with the messages read so far and the messages expected, if known. */
  readonly onProgress?: (messages: number, expected: number | null) => void
}

/** Takes a batch, which holds until it returns or resolves; `false` ends the read. */
export type Fold = (batch: MessageBatch) => unknown

/**
 * What there is to read. A stop that comes meanwhile is not kept waiting for a broker that may never
 * answer: there is no part to show yet.
 * @throws the reason of the signal
 */
export async function describedSource(
  source: MessageSource,
  signal: AbortSignal | undefined,
): Promise<SourceDescription> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal?.reason)
  signal?.addEventListener('abort', stop)
  try {
    return await Promise.race([source.describe(), promise])
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Reads the selection into a fold and sums up what was read. */
export async function readMessages(
  source: MessageSource,
  selection: Selection,
  partitioner: string,
  fold: Fold,
  hooks: ReadHooks = {},
): Promise<ReadSummary> {
  const description = await describedSource(source, hooks.signal)
  const expected = expectedMessages(description.partitions, selection)
  const ranges = new RangeTracker()
  let messages = 0
  for await (const batch of source.read(selection, hooks.signal)) {
    ranges.add(batch)
    // Waiting costs a turn of the loop: only those who ask for it pay.
    const folded = fold(batch)
    const more = folded instanceof Promise ? await folded : folded
    messages += batch.count
    hooks.onProgress?.(messages, expected)
    if (more === false) break
  }
  await nextTurn()
  const report = source.report()
  return {
    sources: [description.uri],
    partitioner,
    sample: sampleOf(selection, messages, report.available),
    seed: selection.seed,
    partitions: partOf(selection.partitions, description.partitions.length),
    ranges: ranges.list(),
    available: report.available,
    badRecords: report.badRecords,
    skippedOffsets: report.skippedOffsets,
    interrupted: hooks.signal?.aborted ?? false,
  }
}

/** The partitions that were asked for; null where that is every one of so many (0: not known). */
export function partOf(
  selected: readonly number[] | null,
  partitions: number,
): readonly number[] | null {
  const isAll = partitions > 0 && (selected?.length ?? 0) >= partitions
  return isAll ? null : selected
}

/** Ctrl-C ends a whole pipeline at once: the end of the input may be seen before the signal is. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

/** A limit that cut a source of unknown length short makes it a head: there may be more. */
function sampleOf(
  { sample, limit }: Selection,
  messages: number,
  available: number | null,
): Selection['sample'] {
  const cut = sample === 'all' && limit !== null && messages >= limit && available === null
  return cut ? 'head' : sample
}

/** The most messages that the read can give, for the progress line; null where nobody knows. */
function expectedMessages(
  partitions: readonly { partition: number; start: bigint; end: bigint }[],
  selection: Selection,
): number | null {
  if (partitions.length === 0) return selection.limit
  const wanted = partitions.filter((p) => selection.partitions?.includes(p.partition) ?? true)
  const all = wanted.reduce((sum, p) => sum + Number(p.end - p.start), 0)
  return selection.limit === null ? all : Math.min(all, selection.limit)
}

interface Tracked {
  from: number
  to: number
  messages: number
}

/** Keeps, per topic and partition, the lowest and highest offset and the number of messages. */
class RangeTracker {
  private readonly topics = new Map<string, Map<number, Tracked>>()

  add(batch: MessageBatch): void {
    const { partition, offset, count, topic } = batch
    const ranges = this.topics.get(topic) ?? new Map<number, Tracked>()
    this.topics.set(topic, ranges)
    let row = 0
    while (row < count) {
      const current = partition[row]!
      const range = rangeOf(ranges, current)
      const first = row
      for (; row < count && partition[row] === current; row++) {
        const at = offset[row]!
        if (at < range.from) range.from = at
        if (at >= range.to) range.to = at + 1
      }
      range.messages += row - first
    }
  }

  list(): ReadRange[] {
    return [...this.topics]
      .flatMap(([topic, ranges]) =>
        Array.from(ranges, ([partition, { from, to, messages }]) => ({
          topic,
          partition,
          from: to === 0 ? null : String(from),
          to: to === 0 ? null : String(to),
          messages,
        })),
      )
      .sort(inOrder)
  }
}

function rangeOf(ranges: Map<number, Tracked>, partition: number): Tracked {
  const range = ranges.get(partition) ?? { from: Number.POSITIVE_INFINITY, to: 0, messages: 0 }
  ranges.set(partition, range)
  return range
}

/** The order of ranges in a document. */
export function inOrder(a: ReadRange, b: ReadRange): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition
}
