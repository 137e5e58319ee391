/** Work that computes: with `threads` it runs beside the event loop, with the same promises. */
import type { Settings } from './settings.ts'

/** Functions cannot go to another thread, so the consumer is named by its module. */
export const settings: Settings = {
  group: 'sealing',
  concurrency: 2,
  topics: [
    {
      topic: 'documents',
      execution: 'threads',
      module: { file: new URL('./cpu-bound-consumer.ts', import.meta.url).href },
      virtualPartitions: { partitioner: 'key', reducer: 'murmur2' },
    },
  ],
}
