import type { ReadSummary } from '../model/document.ts'
import { documentKey } from '../model/key-text.ts'
import { batchFigures } from './batch-tally.ts'
import { burstsOf } from './bursts.ts'
import { keyEncodings } from './encodings.ts'
import { keyEstimates, slotsInAll } from './estimates.ts'
import { findingsOf } from './findings.ts'
import { foldKeys } from './key-fold.ts'
import type {
  KeyProfileDocument,
  PartitionLoad,
  Placement,
  SamplingFigures,
  TopKey,
} from './key-profile.ts'
import { laneFigures, loadWith } from './lanes.ts'
import { placementOf } from './placement.ts'
import type { ProfileFold } from './profile-fold.ts'
import { samplingFigures, shareInterval } from './sampling.ts'
import { skewFigures } from './skew.ts'
import { topIndices } from './top-keys.ts'

/** Unless the list's length was given, all keys with so much of the messages are on it. */
const NOTABLE_SHARE = 0.001
const LEAST_LISTED = 20

/** What a document says about its making. */
export interface DocumentContext {
  /** `pstool 1.2.3` */
  readonly generatedBy: string
  readonly read: ReadSummary
}

/** The document of everything that was counted; equal counts give equal bytes. */
export function profileDocument(
  profile: ProfileFold,
  { generatedBy, read }: DocumentContext,
): KeyProfileDocument {
  const { table, places, messages, options, forgotten } = profile
  const fold = foldKeys(options.lanes, table, forgotten?.sums ?? null)
  const estimates = keyEstimates(table, forgotten)
  const nulls = {
    messages: profile.nullMessages,
    bytes: profile.nullBytes,
    refused: profile.partitionerErrors,
  }
  const load = loadWith(table, nulls, estimates.spectrum)
  const lanes = options.lanes.map((spec, lane) => {
    return laneFigures(spec, load, slotsInAll(spec, fold.lanes[lane]!, nulls, estimates))
  })
  const sampling = samplingFigures(read, messages, estimates.spectrum)
  const document = {
    kind: 'key-profile',
    version: 1,
    generatedBy,
    read,
    messages,
    exact: forgotten === null,
    keys: {
      distinct: estimates.distinct,
      distinctBounds: estimates.bounds,
      nullMessages: profile.nullMessages,
      emptyMessages: fold.emptyMessages,
      binaryMessages: fold.binaryMessages,
      tombstones: profile.tombstones,
      partitionerErrors: profile.partitionerErrors,
    },
    refused: profile.refused.first,
    topKeys: topKeys(profile, sampling, read),
    topKeysMaxError: forgotten?.maxMessages ?? 0,
    sizes: { key: fold.sizes.figures(), value: profile.valueSizes.figures() },
    skew: skewFigures(estimates.spectrum),
    partitions: partitionLoads(profile, read.partitions),
    placement: placement(profile),
    bursts: burstsOf(table, places, messages),
    batches: batchFigures(profile.closedBatches()),
    encodings: keyEncodings(fold, table, estimates.keysPerShape(fold.shapeKeys)),
    lanes,
    sampling,
  } as const
  return { ...document, findings: findingsOf(document) }
}

function topKeys(
  profile: ProfileFold,
  sampling: SamplingFigures | null,
  read: ReadSummary,
): TopKey[] {
  const { table, messages, options } = profile
  const notable = (index: number) => table.messagesOf(index) >= NOTABLE_SHARE * messages
  const most = topIndices(table, options.top ?? 1 / NOTABLE_SHARE)
  const listed =
    options.top === null ? most.filter((key, rank) => rank < LEAST_LISTED || notable(key)) : most
  return Array.from(listed, (index) => {
    const own = table.messagesOf(index)
    return {
      key: documentKey(table.keyAt(index).slice()),
      messages: own,
      bounds: { lower: own, upper: own + table.missedOf(index) },
      share: own / messages,
      shareInterval: sampling === null ? null : shareInterval(own, messages, read.available),
    }
  })
}

/** Of the partitions that were selected, those without a message too where they are known. */
function partitionLoads(
  { partitions, messages, options }: ProfileFold,
  selected: readonly number[] | null,
): PartitionLoad[] {
  const isKnown = options.partitionCount !== undefined
  if (!isKnown && partitions.every(({ partition }) => partition < 0)) return []
  const wanted = selected ?? Array.from({ length: options.partitionCount ?? 0 }, (_, id) => id)
  const found = new Map(partitions.map((tally) => [tally.partition, tally]))
  const ids = new Set([...wanted, ...found.keys()].filter((partition) => partition >= 0))
  return [...ids]
    .sort((a, b) => a - b)
    .map((partition) => {
      const { messages: own = 0, bytes = 0, nullMessages = 0 } = found.get(partition) ?? {}
      return { partition, messages: own, bytes, share: own / Math.max(1, messages), nullMessages }
    })
}

/** Asked of the log's own keys only: a virtual key is not what the producer saw. */
function placement({
  table,
  places,
  partitions,
  options,
  forgotten,
}: ProfileFold): Placement | null {
  if (!options.partitioner.readsKeyOnly) return null
  const numbers = partitions.map(({ partition }) => partition)
  const count = numbers.reduce(
    (most, partition) => Math.max(most, partition + 1),
    options.partitionCount ?? 0,
  )
  return placementOf(table, places, numbers, count, forgotten?.sampleLevel ?? 0)
}
