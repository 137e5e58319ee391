import { MemoryMessageSource } from '../../src/adapters/memory/memory-message-source.ts'
import { messageSourceContract } from './message-source.contract.ts'

messageSourceContract(
  'memory',
  async (messages, { partitions }) => {
    const source = new MemoryMessageSource('events', partitions, messages)
    return { source, append: async (more) => source.append(more), close: async () => {} }
  },
  { ranges: true, growth: true, seeks: true, available: true },
)
