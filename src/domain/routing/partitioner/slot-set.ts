import { UsageError } from '../../../errors.ts'

/** Reads `0-1` or `0,3-5` as slots, ascending as written; null where the text is none. */
export function parseSlotSet(text: string): readonly number[] | null {
  const slots: number[] = []
  for (const part of text.split(',')) {
    const range = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part)
    if (range === null) return null
    const first = Number(range[1])
    const last = Number(range[2] ?? first)
    if (last < first || last - first > 100_000) return null
    for (let slot = first; slot <= last; slot++) slots.push(slot)
  }
  return slots
}

/** @throws UsageError where a slot named in a partitioner does not exist: it would wrap around. */
export function checkSlots(
  spec: string,
  named: readonly number[],
  slots: number | undefined,
): void {
  const beyond = named.find((slot) => slots !== undefined && slot >= slots)
  if (beyond === undefined) return
  throw new UsageError(
    'routing.slot-beyond',
    `partitioner ${spec} names slot ${beyond}, but there are ${slots}: 0 to ${slots! - 1}`,
    [`Name slots below ${slots}, or use at least ${beyond + 1} of them.`],
  )
}

/** @throws UsageError where a partitioner that deals over all slots is not told how many */
export function requireSlots(spec: string, slots: number | undefined): number {
  if (slots !== undefined) return slots
  throw new UsageError(
    'routing.slots-unknown',
    `partitioner ${spec} deals messages over slots and needs to know how many there are`,
    ['Say it with --virtual-partitions N, --segments N or --partitions N.'],
  )
}
