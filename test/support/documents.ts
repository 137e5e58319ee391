import type { KeyProfileDocument, LaneFigures, TopKey } from '../../src/domain/keys/key-profile.ts'
import type { DocumentKey, ReadSummary } from '../../src/domain/model/document.ts'
import type { LocalStateDocument } from '../../src/domain/model/local-state.ts'
import type { SampleDocument } from '../../src/domain/model/sample.ts'
import type { RoutesDocument } from '../../src/domain/routing/routes.ts'
import type { Layer } from '../../src/domain/routing/types.ts'
import type {
  SimulatedLane,
  SimulationDocument,
  StrategyFigures,
} from '../../src/domain/simulation/simulation.ts'
import type { Timing } from '../../src/domain/simulation/timing/timing.ts'

/** Whole documents for tests of what comes after them; each test overrides what it is about. */
const header = { version: 1, generatedBy: 'pstool 0.1.0' } as const

/** 1,000 messages in two partitions of a broker, all of them read. */
export function aRead(changes: Partial<ReadSummary> = {}): ReadSummary {
  return {
    sources: ['kafka://localhost:9092/user_events'],
    partitioner: 'key',
    sample: 'all',
    seed: 1,
    partitions: null,
    ranges: [
      { topic: 'user_events', partition: 0, from: '0', to: '600', messages: 600 },
      { topic: 'user_events', partition: 1, from: '0', to: '400', messages: 400 },
    ],
    available: 1000,
    badRecords: 0,
    skippedOffsets: 0,
    interrupted: false,
    ...changes,
  }
}

/** A lane with these loads; shares, empty slots and imbalance follow from them. */
export function aLane(
  layer: Layer,
  reducer: string,
  loads: readonly number[],
  changes: Partial<LaneFigures> = {},
): LaneFigures {
  const messages = loads.reduce((sum, load) => sum + load, 0)
  const imbalance = messages === 0 ? 0 : (Math.max(...loads) * loads.length) / messages
  const floor = changes.floor ?? 1
  return {
    layer,
    count: loads.length,
    reducer,
    messages,
    slots: loads.map((load, index) => ({
      index,
      messages: load,
      keys: load === 0 ? 0 : 1,
      share: messages === 0 ? 0 : load / messages,
    })),
    emptySlots: loads.filter((load) => load === 0).length,
    imbalance,
    floor,
    avoidable: imbalance / floor,
    randomHash: 1.5,
    collisions: [],
    errors: 0,
    ...changes,
  }
}

/** `aLane` with 100 bytes a message. */
export function aSimulatedLane(...lane: Parameters<typeof aLane>): SimulatedLane {
  const figures = aLane(...lane)
  return { ...figures, bytes: figures.slots.map(({ messages }) => messages * 100) }
}

/** A key that was counted exactly in a log of 1,000 messages. */
export function aTopKey(key: DocumentKey, messages: number): TopKey {
  const bounds = { lower: messages, upper: messages }
  return { key, messages, bounds, share: messages / 1000, shareInterval: null }
}

/** S2's users: two of 5 segments have the work, because 0 and 5, and 14 and 23, collide. */
export function aKeyProfile(changes: Partial<KeyProfileDocument> = {}): KeyProfileDocument {
  const collisions = [
    {
      slot: 3,
      keys: ['0', '5'],
      arithmetic: ['"0" -> 48 -> 48 mod 5 = 3', '"5" -> 53 -> 53 mod 5 = 3'],
    },
    {
      slot: 1,
      keys: ['14', '23'],
      arithmetic: ['"14" -> 49+52 = 101 -> 101 mod 5 = 1', '"23" -> 50+51 = 101 -> 101 mod 5 = 1'],
    },
  ]
  return {
    ...header,
    kind: 'key-profile',
    read: aRead(),
    messages: 1000,
    exact: true,
    keys: {
      distinct: 4,
      distinctBounds: { lower: 4, upper: 4 },
      nullMessages: 0,
      emptyMessages: 0,
      binaryMessages: 0,
      tombstones: 0,
      partitionerErrors: 0,
    },
    refused: [],
    topKeys: [aTopKey('0', 400), aTopKey('14', 300), aTopKey('5', 200), aTopKey('23', 100)],
    topKeysMaxError: 0,
    sizes: {
      key: { total: 1400, p50: 1, p99: 2, max: 2 },
      value: { total: 204_800, p50: 200, p99: 412, max: 4096 },
    },
    skew: {
      top1Share: 0.4,
      top10Share: 1,
      top1PercentShare: 0.4,
      cv: 0.447,
      gini: 0.25,
      normalizedEntropy: 0.923,
      effectiveKeys: 3.6,
    },
    partitions: [
      { partition: 0, messages: 600, bytes: 122_880, share: 0.6, nullMessages: 0 },
      { partition: 1, messages: 400, bytes: 81_920, share: 0.4, nullMessages: 0 },
    ],
    placement: {
      partitionCount: 2,
      messages: 1000,
      candidates: [
        { reducer: 'murmur2', explained: 1 },
        { reducer: 'crc32', explained: 0.5 },
      ],
      reducer: 'murmur2',
      verdict: 'consistent',
      minority: null,
      keysInSeveralPartitions: 0,
    },
    bursts: { windowMs: null, windows: 0, peakToMean: 0, keys: [] },
    batches: {
      maxMessages: 500,
      batches: 2,
      messagesPerKey: { p50: 100, p99: 200, max: 200 },
      keysPerBatch: { p50: 4, p99: 4, max: 4 },
      parallelism: { p50: 2.5, p99: 2.5, max: 2.5 },
    },
    encodings: { shapes: [{ shape: 'integer-text', messages: 1000, keys: 4 }], traps: [] },
    lanes: [
      aLane('segment', 'byte-sum', [0, 400, 0, 600, 0], { floor: 2, randomHash: 2.27, collisions }),
      aLane('segment', 'md5', [400, 0, 300, 200, 100], { floor: 2, randomHash: 2.27 }),
    ],
    sampling: null,
    findings: [
      {
        code: 'keys.avoidable-skew',
        severity: 'warning',
        message: 'byte-sum fills 2 of 5 segments; the busiest has 3.00 times the mean.',
        advice: 'Use md5 (2.00, as good as these keys allow): --segment-reducer md5.',
      },
      {
        code: 'keys.few',
        severity: 'info',
        message: '4 keys cannot fill 5 segments evenly.',
        advice: 'More segments will stay idle until there are more keys.',
      },
    ],
    ...changes,
  }
}

/** One strategy of 2 partitions and 5 segments with 5 virtual partitions by the same reducer. */
export function aStrategy(changes: Partial<StrategyFigures> = {}): StrategyFigures {
  return {
    name: 'byte-sum',
    exact: true,
    keys: { distinct: 2, distinctBounds: { lower: 2, upper: 2 } },
    topKeysMaxError: 0,
    lanes: [
      aSimulatedLane('segment', 'byte-sum', [0, 400, 0, 600, 0], { floor: 2 }),
      aSimulatedLane('virtualPartition', 'byte-sum', [0, 400, 0, 600, 0], { floor: 2 }),
    ],
    layers: {
      correlation: [
        {
          outer: 'segment',
          inner: 'virtualPartition',
          outerCount: 5,
          innerCount: 5,
          gcd: 5,
          reachable: 1,
          observed: 1,
          fix: 'Use 4 or 6 virtual partitions, or another reducer for them: md5.',
        },
      ],
      stacked: { workers: 25, busyWorkers: 2, imbalance: 15 },
    },
    batches: {
      maxMessages: 500,
      virtualPartitions: 5,
      distribution: 'consistent',
      batches: 4,
      dropped: 6,
      busy: { mean: 1.75, p50: 2, p1: 1 },
      parallelEfficiency: 0.31,
      busyHistogram: [0, 1, 3, 0, 0, 0],
    },
    traffic: { segments: 5, messagesRead: 5000, bytesRead: 500_000, factor: 5 },
    members: {
      members: 3,
      partitions: 2,
      idleMembers: 1,
      messages: [600, 400, 0],
      imbalance: 1.8,
    },
    timing: null,
    ...changes,
  }
}

/** A simulation in time of the strategy above, where some attempts failed. */
export function aTiming(changes: Partial<Timing> = {}): Timing {
  const limit = { what: 'heaviest key chain', seconds: 3 } as const
  return {
    ...{ ioMs: 5, concurrency: 10, maxMessages: 500, overlap: false, failRate: 0.001, seed: 1 },
    messages: 1000,
    perPartition: null,
    processes: 5,
    seconds: 4.25,
    messagesPerSecond: 235.294,
    utilization: 0.0235,
    limit,
    limits: [limit, { what: 'total / concurrency', seconds: 0.3 }],
    batches: 4,
    failures: {
      failed: 2,
      retries: 1,
      collapsedBatches: 2,
      collapsedMessages: 120,
      backOffSeconds: 1,
      secondsWithout: 3.1,
    },
    perProcess: [
      {
        ...{ segment: 1, member: null, messages: 400, seconds: 2, utilization: 0.1 },
        limit: { ...limit, seconds: 2 },
      },
      { segment: 3, member: null, messages: 600, seconds: 4.25, utilization: 0.0706, limit },
    ],
    ...changes,
  }
}

/** A simulation of these strategies. */
export function aSimulation(
  strategies: readonly StrategyFigures[] = [aStrategy()],
  changes: Partial<SimulationDocument> = {},
): SimulationDocument {
  const first = strategies[0]!
  return {
    ...header,
    kind: 'simulation',
    read: aRead(),
    messages: 1000,
    partitionerErrors: [],
    exact: strategies.every(({ exact }) => exact),
    lanes: first.lanes,
    layers: first.layers,
    timing: first.timing,
    strategies,
    ...changes,
  }
}

/** Two keys of S2 and a message without a key, over three layers. */
export function someRoutes(): RoutesDocument {
  const counts = { partitions: 6, segments: 5, virtualPartitions: 10 }
  const segment = 'byte-sum: 49+52 = 101 -> 101 mod 5 = 1'
  const virtualPartition = 'byte-sum: 49+52 = 101 -> 101 mod 10 = 1'
  return {
    ...header,
    kind: 'routes',
    routes: [
      {
        key: '14',
        partition: 4,
        segment: 1,
        segmentGroup: 'analytics-parallel-1',
        virtualPartition: 1,
        counts,
        arithmetic: { partition: 'murmur2 = 1234 -> 1234 mod 6 = 4', segment, virtualPartition },
      },
      {
        key: null,
        segment: 0,
        segmentGroup: 'analytics-parallel-0',
        virtualPartition: 0,
        counts,
        arithmetic: { segment: 'byte-sum: no bytes = 0 -> 0 mod 5 = 0' },
      },
    ],
  }
}

/** A hundred keys in a file. */
export function aSample(): SampleDocument {
  return {
    ...header,
    kind: 'sample',
    read: aRead({ sample: 'tail' }),
    messages: 100,
    content: 'messages',
    values: false,
    output: 'sample.ndjson',
  }
}

/** A topic with messages, one with its log's range alone, and two groups. */
export function aLocalState(): LocalStateDocument {
  return {
    ...header,
    kind: 'local-state',
    topics: {
      user_events: {
        partitions: 2,
        messages: [
          { partition: 0, key: 'a', value: '1' },
          { partition: 0, key: 'b', offset: '7' },
          { partition: 1, keyBase64: '/wA=' },
        ],
      },
      orders: { partitions: 1, ranges: { '0': { start: '1000', end: '2500' } } },
    },
    groups: {
      analytics: { user_events: { '0': '1', '1': { offset: '0', metadata: 'by hand' } } },
      billing: { orders: { '0': '1050' } },
    },
  }
}
