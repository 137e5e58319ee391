import { openKafkaSource, parseKafkaUri } from '../../src/adapters/kafka/kafka-source.ts'
import { READ_ALL, type ReadReport, type Selection } from '../../src/domain/model/selection.ts'
import type { MessageSource } from '../../src/ports/message-source.ts'

/** A message as tests compare it: texts instead of bytes. */
export interface ReadText {
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
}

/** Opens a topic of the tests' broker. */
export function openTopic(brokers: string, topic: string): MessageSource {
  return openKafkaSource(parseKafkaUri(`kafka://${brokers}/${topic}`, {}))
}

/** Reads whole messages, calling back after each batch. */
export async function readTexts(
  source: MessageSource,
  selection: Partial<Selection> = {},
  afterBatch: (messages: number) => Promise<void> = async () => {},
): Promise<ReadText[]> {
  const read: ReadText[] = []
  for await (const batch of source.read({ ...READ_ALL, content: 'messages', ...selection })) {
    for (let row = 0; row < batch.count; row++) {
      const { partition, offset, key, value } = batch.message(row)
      read.push({ partition, offset: Number(offset), key: text(key), value: text(value) })
    }
    await afterBatch(read.length)
  }
  return read
}

/** Reads a topic from a source of its own. */
export async function readTopic(
  brokers: string,
  topic: string,
  selection: Partial<Selection> = {},
): Promise<{ messages: ReadText[]; report: ReadReport }> {
  const source = openTopic(brokers, topic)
  try {
    const messages = await readTexts(source, selection)
    return { messages, report: source.report() }
  } finally {
    await source.close()
  }
}

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString()
}
