import type { KeyProfileDocument } from '../../../domain/keys/key-profile.ts'
import type { Block } from '../../blocks.ts'
import { keyFields } from '../../format/csv-text.ts'
import type { Renderer } from '../../renderer.ts'
import { batchBlocks } from './batch-blocks.ts'
import { burstBlocks } from './burst-blocks.ts'
import { encodingBlocks } from './encoding-blocks.ts'
import { laneBlocks } from './lane-blocks.ts'
import { partitionBlocks } from './partition-blocks.ts'
import { samplingBlocks } from './sampling-blocks.ts'
import { closingBlocks, openingBlocks } from './summary-blocks.ts'
import { keyBlocks, skewBlocks } from './top-key-blocks.ts'

/**
 * `analyze-keys`. The answer and what to do come first, then the evidence from the keys outwards:
 * keys, partitions, reducers, batches; how it was measured comes last.
 */
export const keyProfileRenderer: Renderer<KeyProfileDocument> = {
  blocks: (document): Block[] => [
    ...openingBlocks(document),
    ...keyBlocks(document),
    ...skewBlocks(document),
    ...partitionBlocks(document),
    ...laneBlocks(document),
    ...batchBlocks(document),
    ...burstBlocks(document),
    ...encodingBlocks(document),
    ...samplingBlocks(document),
    ...closingBlocks(document),
  ],
  csv: ({ topKeys }) => ({
    columns: [
      ...['encoding', 'key', 'messages', 'lower', 'upper'],
      ...['share', 'shareLower', 'shareUpper'],
    ],
    rows: topKeys.map(({ key, messages, bounds, share, shareInterval }) => [
      ...keyFields(key),
      messages,
      bounds.lower,
      bounds.upper,
      share,
      shareInterval?.lower,
      shareInterval?.upper,
    ]),
  }),
}
