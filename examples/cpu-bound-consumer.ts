import { scryptSync } from 'node:crypto'
import { threadId } from 'node:worker_threads'
import { Consumer } from 'pstool'

/** Lives in a worker thread, one instance per virtual partition; holds up nobody by computing. */
export default class SealConsumer extends Consumer {
  async consume(): Promise<void> {
    for (const message of this.messages) {
      const seal = scryptSync(message.value ?? '', String(message.offset), 32, { N: 1024 })
      await this.produce('seals', {
        key: message.key,
        value: seal,
        headers: [
          { name: 'document', value: Buffer.from(String(message.offset)) },
          { name: 'thread', value: Buffer.from(String(threadId)) },
        ],
      })
      this.markAsConsumed(message)
    }
  }
}
