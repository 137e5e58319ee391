import type { Message } from '../../src/domain/model/message.ts'
import { BAD_KEY, type Setup } from './setup.ts'

/** The key of a message as text; null for none. */
export function keyOf({ key }: Pick<Message, 'key'>): string | null {
  return key === null ? null : Buffer.from(key).toString()
}

/** The sum of the bytes of a key, modulo: reckoned here once more, not by the product. */
export function slotOf(key: string | null, count: number): number {
  let sum = 0
  for (const byte of Buffer.from(key ?? '')) sum += byte
  return (sum % 65_536) % count
}

/** The one segment that has messages of the key (I7, P4); null where segments are off. */
export function segmentOf(key: string | null, { segments }: Setup): number | null {
  if (segments === null) return null
  if (segments.fails !== 'nothing' && key === BAD_KEY) return 0
  return slotOf(key, segments.count)
}

/** The groups of a run: one, or one per segment. */
export function groupsOf({ segments }: Setup): readonly string[] {
  if (segments === null) return ['g']
  return Array.from({ length: segments.count }, (_, id) => `g-parallel-${id}`)
}

/** Names of the topics of a run. */
export function topicsOf({ topics }: Setup): readonly string[] {
  return ['orders', 'users'].slice(0, topics)
}
