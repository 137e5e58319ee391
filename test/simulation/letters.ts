import type { NewMessage } from '../../src/domain/model/cluster.ts'
import type { Message } from '../../src/domain/model/message.ts'

/** Where a dead letter says that it is from (D4). */
export interface LetterOrigin {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly group: string
  readonly attempts: number
  readonly error: string
}

/** Reads the headers that a dead letter has beside its own. */
export function letterOrigin({ headers = [] }: NewMessage): LetterOrigin {
  const text = (name: string) => {
    const header = headers.findLast((each) => each.name === `source_${name}`)
    return header?.value ? Buffer.from(header.value).toString() : ''
  }
  return {
    topic: text('topic'),
    partition: Number(text('partition')),
    offset: Number(text('offset')),
    group: text('consumer_group'),
    attempts: Number(text('attempts')),
    error: text('error'),
  }
}

/** Whether it is the original, byte for byte, and says where from (D4). */
export function isCompleteLetter(
  letter: NewMessage,
  origin: LetterOrigin,
  group: string,
  originals: ReadonlyMap<string, Message>,
): boolean {
  const original = originals.get(messageName(origin))
  if (original === undefined || origin.group !== group || origin.error === '') return false
  const own = (letter.headers ?? []).slice(0, original.headers.length)
  return (
    bytes(letter.key) === bytes(original.key) &&
    bytes(letter.value) === bytes(original.value) &&
    JSON.stringify(own.map(({ name, value }) => [name, bytes(value)])) ===
      JSON.stringify(original.headers.map(({ name, value }) => [name, bytes(value)]))
  )
}

/** `orders#0@17` */
export function messageName(at: {
  readonly topic: string
  readonly partition: number
  readonly offset: number | bigint
}): string {
  return `${at.topic}#${at.partition}@${at.offset}`
}

function bytes(value: Uint8Array | null): string | null {
  return value === null ? null : Buffer.from(value).toString('hex')
}
