import { defineConfig } from './src/cli/config/config.ts'

// What `npx pstool ..` works on in this checkout. Elsewhere the import reads: from 'pstool'.
export default defineConfig({
  // The demo cluster is one SQLite file, built when it is first read. Remove it to start afresh.
  sources: {
    demo: 'local:.pstool/demo.db/user_events',
    orders: 'local:.pstool/demo.db/orders',
  },
  clusters: {
    demo: 'local:.pstool/demo.db',
  },
  strategies: {
    'by-key': { partitioner: 'key', partitions: 4, segments: 4, virtualPartitions: 5 },
    md5: {
      partitioner: 'key',
      reducers: { segment: 'md5', virtualPartition: 'md5' },
      partitions: 4,
      segments: 4,
      virtualPartitions: 5,
    },
  },
  groups: {
    analytics: { segments: 4, topics: ['user_events'], strategy: 'by-key' },
  },
  defaults: { source: 'demo', cluster: 'demo', strategy: 'by-key' },
})
