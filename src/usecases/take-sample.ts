import type { SampleDocument } from '../domain/model/sample.ts'
import type { Selection } from '../domain/model/selection.ts'
import type { MessageSource } from '../ports/message-source.ts'
import type { MessageWriter } from '../ports/message-writer.ts'
import { type ReadHooks, readMessages } from './read-messages.ts'

export interface SampleRequest {
  readonly selection: Selection
  /** The file; null for standard output. */
  readonly output: string | null
  readonly generatedBy: string
  readonly hooks?: ReadHooks
}

/** Copies the selected messages to a writer; a run that is cut short leaves what it has. */
export async function takeSample(
  source: MessageSource,
  writer: MessageWriter,
  { selection, output, generatedBy, hooks }: SampleRequest,
): Promise<SampleDocument> {
  try {
    const read = await readMessages(source, selection, 'key', (batch) => writer.write(batch), hooks)
    await writer.finish()
    const messages = read.ranges.reduce((sum, range) => sum + range.messages, 0)
    const { content } = selection
    const values = content === 'messages'
    return { kind: 'sample', version: 1, generatedBy, read, messages, content, values, output }
  } catch (error) {
    await writer.discard()
    throw error
  }
}
