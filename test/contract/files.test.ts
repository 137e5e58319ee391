import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileSource } from '../../src/adapters/files/file-source.ts'
import { openNdjsonWriter } from '../../src/adapters/files/ndjson-writer.ts'
import { ColumnBatch } from '../../src/domain/model/column-batch.ts'
import { type ContractMessage, messageSourceContract } from './message-source.contract.ts'

/** Writes the messages to a file as they would lie in a log, with offsets per partition. */
async function fileOf(path: string, messages: readonly ContractMessage[]): Promise<void> {
  const writer = await openNdjsonWriter({ path, content: 'messages' })
  const ends = new Map<number, bigint>()
  for (const message of messages) {
    const offset = ends.get(message.partition) ?? 0n
    ends.set(message.partition, offset + 1n)
    const batch = new ColumnBatch('events', 1)
    batch.addMessage({ ...message, topic: 'events', offset })
    await writer.write(batch)
  }
  await writer.finish()
}

for (const name of ['events.ndjson', 'events.ndjson.gz', 'events.ndjson.zst']) {
  messageSourceContract(
    name,
    async (messages) => {
      const folder = await mkdtemp(join(tmpdir(), 'pstool-contract-'))
      const path = join(folder, name)
      await fileOf(path, messages)
      const source = openFileSource({ path, uri: path, onBadRecord: 'fail' })
      return { source, close: () => rm(folder, { recursive: true, force: true }) }
    },
    // A file has no partitions until it is read, and knows what there is only once it has ended.
    { ranges: false, growth: false, seeks: true, available: false },
  )
}
