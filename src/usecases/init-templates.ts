const STRATEGIES = `  // Ways to spread keys; "pstool simulate --strategy md5" tries one.
  strategies: {
    'by-key': { partitioner: 'key', partitions: 4, segments: 4, virtualPartitions: 5 },
    md5: {
      partitioner: 'key',
      reducers: { segment: 'md5', virtualPartition: 'md5' },
      partitions: 4,
      segments: 4,
      virtualPartitions: 5,
    },
    // own: { partitioner: (message) => message.key, reducer: 'module:./reducer.ts#mine' },
  },
`

/** What \`pstool init\` writes: an example of every section, to be edited. */
export const CONFIG_TEMPLATE = `import { defineConfig } from 'pstool'

// Flags win over PSTOOL_* variables, which win over this file. Paths are relative to it.
export default defineConfig({
  // Where messages are read: kafka://host:9092/topic, local:path.db/topic,
  // or a file (NDJSON, kcat -J, CSV, keys a line; .gz and .zst too).
  sources: {
    events: { cluster: 'main', topic: 'user_events' },
    // sample: 'sample.ndjson',
  },

  // Where consumer groups live. Secrets stay in the environment: name the variable here.
  clusters: {
    main: {
      uri: 'kafka://localhost:9092',
      // tls: true,
      // sasl: { mechanism: 'scram-sha-512', username: 'reader', passwordEnv: 'KAFKA_PASSWORD' },
    },
  },

${STRATEGIES}
  // Consumer groups that are, or will be, split into parallel segments.
  groups: {
    // analytics: { segments: 4, topics: ['user_events'], strategy: 'by-key' },
  },

  defaults: { source: 'events', cluster: 'main', strategy: 'by-key' },
})
`

/** What \`pstool init --demo\` writes: the same on the embedded demo cluster. */
export const DEMO_TEMPLATE = `import { defineConfig } from 'pstool'

// Flags win over PSTOOL_* variables, which win over this file. Paths are relative to it.
export default defineConfig({
  // The demo cluster is one SQLite file, built when it is first read. Remove it to start afresh.
  sources: {
    demo: 'local:.pstool/demo.db/user_events',
    orders: 'local:.pstool/demo.db/orders',
    // prod: 'kafka://localhost:9092/user_events',
  },
  clusters: {
    demo: 'local:.pstool/demo.db',
  },

${STRATEGIES}
  // A consumer group that is to be split into four parallel segments.
  groups: {
    analytics: { segments: 4, topics: ['user_events'], strategy: 'by-key' },
  },

  defaults: { source: 'demo', cluster: 'demo', strategy: 'by-key' },
})
`
