import { Flags } from '@oclif/core'
import { type Position, READ_ALL, type Selection } from '../../domain/model/selection.ts'
import { UsageError } from '../../errors.ts'
import { namesPartitions, parsePartitionIds } from './number-lists.ts'
import { parsePosition } from './positions.ts'
import { parseCount, parseDuration, parseMemory, parseSeed } from './quantities.ts'

/** What `head`, `tail` and `spread` read where no limit is given. */
const DEFAULT_SAMPLE_LIMIT = 100_000
const DEFAULT_MAX_MEMORY = '256MiB'

const helpGroup = 'SAMPLING'

/**
 * Which messages to read. Their texts are read by `selectionOf`, not by the flags' own parsers: the
 * framework rewrites the message of any error that is thrown there.
 */
export const samplingFlags = {
  limit: Flags.string({ description: 'most messages to read: 500, 1e6, 1M', helpGroup }),
  from: Flags.string({
    description: 'start: earliest, latest, an offset, an ISO time (UTC unless it says otherwise)',
    helpGroup,
  }),
  until: Flags.string({ description: 'end, exclusive: the same forms', helpGroup }),
  last: Flags.string({
    description: 'the last span of time: 90s, 1h, 7d',
    exclusive: ['from'],
    helpGroup,
  }),
  'only-partitions': Flags.string({
    description: 'physical partitions to read: 0,3-5',
    helpGroup,
  }),
  sample: Flags.option({
    description: `how to take a part: first, last, evenly spread (at most ${DEFAULT_SAMPLE_LIMIT} unless --limit says so)`,
    options: ['all', 'head', 'tail', 'spread'] as const,
    helpGroup,
  })(),
  seed: Flags.string({
    description: 'places the stretches of --sample spread, and what is random (default 1)',
    env: 'PSTOOL_SEED',
    helpGroup,
  }),
  partitioner: Flags.string({
    description: 'message -> key: key, header:NAME, payload:/pointer, module:FILE#EXPORT',
    env: 'PSTOOL_PARTITIONER',
    helpGroup,
  }),
  'max-memory': Flags.string({
    description: `memory for exact counts; sketches with bounds beyond (default ${DEFAULT_MAX_MEMORY})`,
    env: 'PSTOOL_MAX_MEMORY',
    helpGroup,
  }),
}

/** The same for commands without layers, where `--partitions` can mean nothing else. */
export const samplingFlagsWithPartitions = {
  ...samplingFlags,
  'only-partitions': Flags.string({
    description: 'physical partitions to read: 0,3-5',
    aliases: ['partitions'],
    helpGroup,
  }),
}

export interface SamplingValues {
  readonly limit?: string | undefined
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly last?: string | undefined
  readonly 'only-partitions'?: string | undefined
  /** The layer flag; a selection where it can be nothing else (docs/decisions/0001). */
  readonly partitions?: string | undefined
  readonly sample?: Selection['sample'] | undefined
  readonly seed?: string | undefined
}

/**
 * The sampling flags as a value.
 * @param nowMs what `--last` counts back from, ms since the epoch
 * @throws UsageError for a flag that cannot be read, and for a selection that is empty
 */
export function selectionOf(flags: SamplingValues, nowMs: number): Omit<Selection, 'content'> {
  const { limit, last, until, seed } = flags
  const sample = flags.sample ?? READ_ALL.sample
  const from: Position =
    last === undefined
      ? parsePosition('from', flags.from ?? 'earliest')
      : { at: 'timestamp', timestampMs: nowMs - parseDuration('last', last) }
  const end = parsePosition('until', until ?? 'latest')
  checkOrder(from, end)
  return {
    partitions: partitionsOf(flags),
    from,
    until: end,
    limit:
      limit !== undefined
        ? parseCount('limit', limit)
        : sample === 'all'
          ? null
          : DEFAULT_SAMPLE_LIMIT,
    sample,
    seed: seed === undefined ? READ_ALL.seed : parseSeed('seed', seed),
  }
}

/** `--max-memory` in bytes. @throws UsageError for what is no amount of memory */
export function maxMemoryOf(flags: { readonly 'max-memory'?: string | undefined }): number {
  return parseMemory('max-memory', flags['max-memory'] ?? DEFAULT_MAX_MEMORY)
}

function partitionsOf(flags: SamplingValues): readonly number[] | null {
  const only = flags['only-partitions']
  const selecting = flags.partitions !== undefined && namesPartitions(flags.partitions)
  if (only !== undefined && selecting) {
    throw new UsageError(
      'flags.partitions-twice',
      `--partitions ${flags.partitions} names partitions to read, and so does --only-partitions`,
      ['Name them once; --partitions N says how many there are to spread keys over.'],
    )
  }
  if (only !== undefined) return parsePartitionIds('only-partitions', only)
  return selecting ? parsePartitionIds('partitions', flags.partitions!) : null
}

function checkOrder(from: Position, until: Position): void {
  const empty =
    (from.at === 'offset' && until.at === 'offset' && from.offset >= until.offset) ||
    (from.at === 'timestamp' &&
      until.at === 'timestamp' &&
      from.timestampMs >= until.timestampMs) ||
    until.at === 'earliest'
  if (!empty) return
  throw new UsageError('flags.empty-selection', 'nothing lies between the start and the end', [
    '--until is exclusive and must lie behind --from (or the start of --last).',
  ])
}
