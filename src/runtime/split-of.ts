import { type Split, splitBatch, splitByGroups } from '../domain/virtual/split-batch.ts'
import type { HeldMessage } from './held-message.ts'
import type { ResolvedVirtual } from './settings/resolved-settings.ts'

/** The VP of each message of a batch that is not collapsed (V2, V3, V4). */
export function splitOf(
  messages: readonly HeldMessage[],
  virtual: ResolvedVirtual,
  concurrency: number,
): Split {
  const { batchPartitioner } = virtual
  if (batchPartitioner === null) return splitBatch(messages, virtual)
  const context = { collapsed: false, concurrency }
  return splitByGroups(
    messages,
    () => batchPartitioner(messages.slice(), context) as HeldMessage[][],
  )
}
