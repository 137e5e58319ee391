import { Flags } from '@oclif/core'
import { layerFlags } from './layer-flags.ts'
import { MOST_SLOTS } from './number-lists.ts'
import { clusterFlags, sourceFlags } from './source-flags.ts'

const consumer = 'CONSUMER'
const segments = 'SEGMENT'
const ending = 'ENDING'
const watching = 'WATCHING'

const wherePartitionsComeFrom = {
  source: Flags.string({
    description: 'a topic to consume: kafka://host:9092/topic, local:path.db/topic, or a name',
    env: sourceFlags.source.env!,
    exclusive: ['cluster'],
    helpValue: 'URI',
    helpGroup: 'SOURCE',
  }),
  ...clusterFlags,
  topics: Flags.string({
    description: 'topics of the cluster, instead of those that the module names',
    helpValue: 'TOPIC,..',
    helpGroup: 'SOURCE',
  }),
  from: Flags.option({
    description: 'where a partition begins that the group has no offset for (default earliest)',
    options: ['earliest', 'latest', 'fail'] as const,
    helpGroup: 'SOURCE',
  })(),
  protocol: Flags.option({
    description: "of Kafka groups: classic, or consumer for the brokers' own assignment (KIP-848)",
    options: ['classic', 'consumer'] as const,
    helpGroup: 'SOURCE',
  })(),
  'instance-id': Flags.string({
    description: 'makes a static member of a Kafka group',
    helpGroup: 'SOURCE',
  }),
}

const howItIsConsumed = {
  group: Flags.string({
    char: 'g',
    description: 'consumer group, the origin where there are segments; else the module names it',
    helpGroup: consumer,
  }),
  concurrency: Flags.integer({
    description: 'most jobs at once (default 5)',
    min: 1,
    max: 100_000,
    helpGroup: consumer,
  }),
  'max-messages': Flags.integer({
    description: 'most messages of a batch (default 100)',
    min: 1,
    max: 1_000_000,
    helpGroup: consumer,
  }),
  threads: Flags.boolean({
    description: 'consume in worker threads: for work that computes',
    helpGroup: consumer,
  }),
  'dead-letter-topic': Flags.string({
    description: 'where messages go that keep failing',
    helpGroup: consumer,
  }),
  'max-retries': Flags.integer({
    description: 'failures beyond the first one before a message is a dead letter (default 3)',
    min: 0,
    helpGroup: consumer,
  }),
}

const layers = {
  'virtual-partitions': Flags.integer({
    description: 'virtual partitions of each partition; --vps for short',
    aliases: ['vps'],
    min: 1,
    max: MOST_SLOTS,
    helpGroup: 'LAYER',
  }),
  partitioner: Flags.string({
    description: 'what keys are taken from: key, header:NAME, payload:/pointer, module:FILE#EXPORT',
    helpGroup: 'LAYER',
  }),
  distribution: Flags.option({
    description: 'how a batch is spread over virtual partitions (default consistent)',
    options: ['consistent', 'balanced'] as const,
    helpGroup: 'LAYER',
  })(),
  reducer: Flags.string({
    description: 'reducer of segments and virtual partitions: a name, or module:FILE#EXPORT',
    helpGroup: 'LAYER',
  }),
  'segment-reducer': layerFlags['segment-reducer'],
  'virtual-partition-reducer': layerFlags['virtual-partition-reducer'],
  strategy: layerFlags.strategy,
}

const parallelSegments = {
  segments: Flags.integer({
    description: 'parallel segments of the group, a consumer group each',
    min: 1,
    max: MOST_SLOTS,
    helpGroup: segments,
  }),
  'segment-ids': Flags.string({
    description: 'the segments that this process consumes: 0,1 or 0-3; all unless given',
    helpValue: 'ID,..',
    helpGroup: segments,
  }),
  'merge-key': Flags.string({
    description: "between the group's name and the segment's number (default -parallel-)",
    helpGroup: segments,
  }),
  spawn: Flags.boolean({
    description: 'a process of its own for each segment, started again when it crashes',
    helpGroup: segments,
  }),
}

const whenItEnds = {
  limit: Flags.string({
    description: 'stop after so many messages: 500, 1M; jobs that run end first',
    helpGroup: ending,
  }),
  'until-end': Flags.boolean({
    description: 'stop when the group has committed all that was there at the start',
    helpGroup: ending,
  }),
  'shutdown-timeout': Flags.string({
    description: 'how long jobs may go on after Ctrl-C (default 60s)',
    helpValue: 'SPAN',
    helpGroup: ending,
  }),
}

const howItIsWatched = {
  'metrics-port': Flags.integer({
    description: 'serve /metrics for Prometheus and /health on loopback; 0: any free port',
    min: 0,
    max: 65_535,
    helpGroup: watching,
  }),
  trace: Flags.string({
    description: 'write what ran when, as a consume-trace document; .gz and .zst too',
    helpValue: 'FILE',
    helpGroup: watching,
  }),
  report: Flags.string({
    description: 'draw the same as a page that needs nothing else',
    helpValue: 'FILE.html',
    helpGroup: watching,
  }),
}

/** What `pstool consume` takes. */
export const consumeFlags = {
  ...wherePartitionsComeFrom,
  ...howItIsConsumed,
  ...layers,
  ...parallelSegments,
  ...whenItEnds,
  ...howItIsWatched,
}

/** The same, read. */
export interface ConsumeFlags {
  readonly config?: string | undefined
  readonly source?: string | undefined
  readonly cluster?: string | undefined
  readonly topics?: string | undefined
  readonly from?: 'earliest' | 'latest' | 'fail' | undefined
  readonly protocol?: 'classic' | 'consumer' | undefined
  readonly 'instance-id'?: string | undefined
  readonly group?: string | undefined
  readonly concurrency?: number | undefined
  readonly 'max-messages'?: number | undefined
  readonly threads: boolean
  readonly 'dead-letter-topic'?: string | undefined
  readonly 'max-retries'?: number | undefined
  readonly 'virtual-partitions'?: number | undefined
  readonly partitioner?: string | undefined
  readonly distribution?: 'consistent' | 'balanced' | undefined
  readonly reducer?: string | undefined
  readonly 'segment-reducer'?: string | undefined
  readonly 'virtual-partition-reducer'?: string | undefined
  readonly strategy?: string | undefined
  readonly segments?: number | undefined
  readonly 'segment-ids'?: string | undefined
  readonly 'merge-key'?: string | undefined
  readonly spawn: boolean
  readonly limit?: string | undefined
  readonly 'until-end': boolean
  readonly 'shutdown-timeout'?: string | undefined
  readonly 'metrics-port'?: number | undefined
  readonly trace?: string | undefined
  readonly report?: string | undefined
}
