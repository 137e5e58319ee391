import { Flags } from '@oclif/core'
import { KEY_ENCODINGS } from '../../domain/routing/key-encoding.ts'
import type { Layer } from '../../domain/routing/types.ts'
import { badFlag } from './bad-flag.ts'
import { namesPartitions, parseSlotCounts } from './number-lists.ts'

const helpGroup = 'LAYER'
const count = (what: string) => `${what}: a number, or several to compare (5,8,16 or 2..8)`

/** Over how many slots keys are spread in each layer, and by which reducers. */
export const layerFlags = {
  partitions: Flags.string({ description: count('physical partitions'), helpGroup }),
  segments: Flags.string({ description: count('parallel segments'), helpGroup }),
  'virtual-partitions': Flags.string({
    description: `${count('virtual partitions')}; --vps for short`,
    aliases: ['vps'],
    helpGroup,
  }),
  'partition-reducer': Flags.string({
    description: 'reducer of the physical partitions (default murmur2; xxh32 for Iggy)',
    helpGroup,
  }),
  'segment-reducer': Flags.string({
    description: 'reducer of the segments (default byte-sum)',
    helpGroup,
  }),
  'virtual-partition-reducer': Flags.string({
    description: 'reducer of the virtual partitions (default byte-sum)',
    helpGroup,
  }),
  reducer: Flags.string({
    description: 'reducer of every layer: a name, or module:FILE#EXPORT',
    exclusive: ['reducers'],
    helpGroup,
  }),
  reducers: Flags.string({ description: 'reducers to compare: byte-sum,md5,murmur2', helpGroup }),
  strategy: Flags.string({
    description: 'a strategy of the configuration; any count given here replaces all of its counts',
    env: 'PSTOOL_STRATEGY',
    helpGroup,
  }),
}

/** How keys on the command line are written. */
export const keyFlags = {
  'key-encoding': Flags.option({
    description: 'how keys are written; numbers are little-endian bytes',
    options: KEY_ENCODINGS,
    default: 'text',
    helpGroup,
  })(),
}

export interface LayerValues {
  readonly partitions?: string | undefined
  readonly segments?: string | undefined
  readonly 'virtual-partitions'?: string | undefined
  readonly 'partition-reducer'?: string | undefined
  readonly 'segment-reducer'?: string | undefined
  readonly 'virtual-partition-reducer'?: string | undefined
  readonly reducer?: string | undefined
  readonly reducers?: string | undefined
}

/** What the layer flags say; a layer that they do not mention is absent. */
export interface LayersGiven {
  readonly counts: { readonly [layer in Layer]?: readonly number[] }
  /** Names, or `module:FILE#EXPORT`. */
  readonly reducers: { readonly [layer in Layer]?: readonly string[] }
}

/**
 * The layer flags as a value.
 * @param beside `sampling flags` where the command has those too: a `--partitions` that names
 *   partitions to read is then theirs (docs/decisions/0001)
 * @throws UsageError for a flag that cannot be read
 */
export function layersOf(flags: LayerValues, beside: 'sampling flags' | null): LayersGiven {
  const { partitions, segments, reducer } = flags
  const virtual = flags['virtual-partitions']
  const all = flags.reducers === undefined ? reducer && [reducer] : namesIn(flags.reducers)
  const own = {
    partition: flags['partition-reducer'],
    segment: flags['segment-reducer'],
    virtualPartition: flags['virtual-partition-reducer'],
  }
  const reducersOf = (layer: Layer) => {
    const names = own[layer] === undefined ? all : [own[layer]]
    return names ? { [layer]: names } : {}
  }
  return {
    counts: {
      ...(partitions !== undefined &&
        !(beside !== null && namesPartitions(partitions)) && {
          partition: parseSlotCounts('partitions', partitions),
        }),
      ...(segments !== undefined && { segment: parseSlotCounts('segments', segments) }),
      ...(virtual !== undefined && {
        virtualPartition: parseSlotCounts('virtual-partitions', virtual),
      }),
    },
    reducers: {
      ...reducersOf('partition'),
      ...reducersOf('segment'),
      ...reducersOf('virtualPartition'),
    },
  }
}

function namesIn(list: string): readonly string[] {
  const names = list.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return [...new Set(names)]
  throw badFlag('reducers', list, 'names with commas between them', 'byte-sum,md5')
}
