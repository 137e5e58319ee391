import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { tracePage } from '../../../src/report/kinds/consume-trace/page/trace-page.ts'
import { noPaint } from '../../../src/report/paint.ts'
import { render } from '../../../src/report/render.ts'
import {
  aKeyProfile,
  aLane,
  aLocalState,
  aRead,
  aSample,
  aSimulatedLane,
  aSimulation,
  aStrategy,
  aTiming,
  aTopKey,
  someRoutes,
} from '../../support/documents.ts'
import {
  APART,
  AT_ONE_PLACE,
  aJournal,
  aPartialResult,
  aPlan,
  aRescale,
  aResult,
  aStatus,
  aTroubledPlan,
  NEW_SEGMENTS,
} from '../../support/segment-documents.ts'
import { aConsumption, PLAIN_CONSUMPTION } from '../../support/watching/consumption-documents.ts'
import { anEmptyTrace, aTrace, aTroubledTrace } from '../../support/watching/trace-documents.ts'

/** Everything that can go wrong with keys at once, in a sample. */
const troubled = aKeyProfile({
  read: aRead({
    sample: 'spread',
    seed: 7,
    interrupted: true,
    badRecords: 3,
    skippedOffsets: 12,
    available: 1_204_332,
    partitioner: 'header:user_id',
  }),
  exact: false,
  keys: {
    distinct: 18_211,
    distinctBounds: { lower: 17_790, upper: 18_640 },
    nullMessages: 40,
    emptyMessages: 1,
    binaryMessages: 200,
    tombstones: 5,
    partitionerErrors: 2,
  },
  topKeys: [
    'user-000000000000000000000000000000000000000000000042',
    '\u001b[31m=cmd()\u202e',
    { base64: 'AAAAAAAAACo=' },
    null,
    '日本語のキー👍',
    ...Array.from({ length: 15 }, (_, index) => `key-${index}`),
  ].map((key, index) => ({
    ...aTopKey(key, 300 - index * 10),
    bounds: { lower: 290 - index * 10, upper: 300 - index * 10 },
    shareInterval: { lower: 0.28 - index / 100, upper: 0.32 - index / 100 },
  })),
  topKeysMaxError: 10,
  partitions: Array.from({ length: 20 }, (_, partition) => {
    const messages = 40 + partition
    return { partition, messages, bytes: messages * 200, share: 0.05, nullMessages: 2 }
  }),
  placement: {
    partitionCount: 20,
    messages: 960,
    candidates: [
      { reducer: 'murmur2', explained: 0.958 },
      { reducer: 'crc32', explained: 0.09 },
    ],
    reducer: 'murmur2',
    verdict: 'mixed',
    minority: { reducer: 'crc32', share: 0.042 },
    keysInSeveralPartitions: 17,
  },
  bursts: {
    windowMs: 60_000,
    windows: 90,
    peakToMean: 4.21,
    keys: [
      {
        key: 'user-7',
        window: '2026-03-01T12:05:00.000Z',
        messages: 90,
        shareOfWindow: 0.75,
        share: 0.09,
      },
    ],
  },
  encodings: {
    shapes: [
      { shape: 'text', messages: 759, keys: 18_000 },
      { shape: 'binary-8', messages: 200, keys: 210 },
      { shape: 'empty', messages: 1, keys: 1 },
    ],
    traps: [
      {
        trap: 'number-and-text',
        keys: ['42', { base64: 'AAAAAAAAACo=' }],
        message: 'The number 42 comes as text and as 8 bytes: one id, two keys.',
      },
    ],
  },
  lanes: [
    aLane(
      'virtualPartition',
      'byte-sum',
      Array.from({ length: 40 }, (_, slot) => (slot % 4 === 3 ? 0 : 10 + slot)),
      { floor: 1.05, errors: 2, randomHash: 1.31 },
    ),
  ],
  sampling: {
    fraction: 0.00083,
    coverage: 0.912,
    distinctAtLeast: 20_111,
    notes: ['Rare keys are missing: shares of keys below 0.1 % are not to be trusted.'],
  },
  findings: [],
})

/** Two strategies of which the second repairs the first. */
const compared = aSimulation([
  aStrategy({ name: 'default' }),
  aStrategy({
    name: 'md5 for virtual partitions',
    lanes: [
      aSimulatedLane('segment', 'byte-sum', [0, 400, 0, 600, 0], { floor: 2 }),
      aSimulatedLane('virtualPartition', 'md5', [400, 0, 300, 200, 100], { floor: 2 }),
    ],
    layers: { correlation: [], stacked: { workers: 25, busyWorkers: 4, imbalance: 10 } },
    members: null,
  }),
])

/** Timed, in a process per member of each segment, for as many messages as memory held. */
const timed = aSimulation([
  aStrategy({ timing: aTiming({ perPartition: 300 }) }),
  aStrategy({
    name: 'overlapping',
    timing: aTiming({
      ...{ overlap: true, processes: 1, perProcess: [], failRate: 0, failures: null },
      ...{ seconds: 3.005, messagesPerSecond: 332.779, utilization: 0.166 },
    }),
  }),
])

/** More keys than memory held. */
const estimated = aSimulation([
  aStrategy({
    exact: false,
    keys: { distinct: 10_010_722, distinctBounds: { lower: 9_907_052, upper: 10_116_584 } },
    topKeysMaxError: 10,
  }),
])

const distribution = aPlan({ operation: 'distribute', segments: { analytics: 4 } }, NEW_SEGMENTS)

/** Two origins, of which one is in use and the other waits for its first segments. */
const statuses = aStatus(
  { analytics: 4, billing: 2 },
  {
    committed: { ...APART.committed, billing: { 'orders#0': 1050 } },
    topics: {
      user_events: [
        [0, 2000],
        [0, 2000],
        [0, 2000],
      ],
      orders: [[1000, 2500]],
    },
    status: { billing: { type: 'consumer', state: 'stable', members: 3 } },
  },
)

const documents = {
  consumption: aConsumption(),
  'consumption-plain': aConsumption(PLAIN_CONSUMPTION),
  'consume-trace': aTrace(),
  'consume-trace-troubled': aTroubledTrace(),
  'consume-trace-empty': anEmptyTrace(),
  'offset-plan': distribution,
  'offset-plan-troubled': aTroubledPlan(),
  'offset-plan-rescale': aRescale(),
  'offset-plan-forced': aPlan(
    { operation: 'collapse', segments: { analytics: 4 }, force: true },
    APART,
  ),
  'offset-plan-empty': aPlan({ operation: 'collapse', segments: { a: 2 } }, AT_ONE_PLACE),
  'offset-result': aResult(distribution),
  'offset-result-partial': aPartialResult(),
  'offset-result-empty': aResult(
    aPlan({ operation: 'collapse', segments: { a: 2 } }, AT_ONE_PLACE),
    { state: 'nothing-to-do', journal: null },
  ),
  'offset-journal': aJournal(),
  'segment-status': aStatus({ analytics: 4 }, APART),
  'segment-status-several': statuses,
  'key-profile': aKeyProfile(),
  'key-profile-troubled': troubled,
  'key-profile-empty': aKeyProfile({
    messages: 0,
    keys: { ...aKeyProfile().keys, distinct: 0, distinctBounds: { lower: 0, upper: 0 } },
    topKeys: [],
    partitions: [],
    placement: null,
    lanes: [aLane('segment', 'byte-sum', [0, 0, 0])],
    batches: { ...aKeyProfile().batches, batches: 0 },
    findings: [],
  }),
  simulation: aSimulation(),
  'simulation-compared': compared,
  'simulation-estimated': estimated,
  'simulation-timed': timed,
  routes: someRoutes(),
  'local-state': aLocalState(),
  sample: aSample(),
  init: {
    ...{ kind: 'init', version: 1 as const, generatedBy: 'pstool 0.1.0' },
    ...{ created: ['pstool.config.ts'], next: ['pstool analyze-keys', 'pstool route 14'] },
  },
  outline: {
    ...{ kind: 'capacity', version: 1 as const, generatedBy: 'pstool 0.1.0' },
    ...{ out: 'a.ndjson', messages: 3, read: aRead(), partitions: [0, 1] },
  },
}

const golden = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/golden/report/${name}`, import.meta.url))

describe.each(Object.entries(documents))('%s', (name, document) => {
  it.each([80, 48])('as a table of %d columns', async (width) => {
    const text = render(document, { format: 'table', width, paint: noPaint })
    await expect(text).toMatchFileSnapshot(golden(`${name}-${width}.txt`))
  })

  it('as Markdown', async () => {
    const text = render(document, { format: 'markdown', width: 80, paint: noPaint })
    await expect(text).toMatchFileSnapshot(golden(`${name}.md`))
  })

  it('as CSV', async () => {
    const text = render(document, { format: 'csv', width: 80, paint: noPaint })
    await expect(text.replaceAll('\r\n', '\n')).toMatchFileSnapshot(golden(`${name}.csv`))
  })
})

it('in ASCII alone', async () => {
  const options = { format: 'table', width: 80, paint: noPaint, unicode: false } as const
  await expect(render(troubled, options)).toMatchFileSnapshot(
    golden('key-profile-troubled-ascii.txt'),
  )
})

it.each([
  ['consume-trace', aTrace()],
  ['consume-trace-troubled', aTroubledTrace()],
  ['consume-trace-empty', anEmptyTrace()],
])('%s as a page', async (name, trace) => {
  await expect(tracePage(trace)).toMatchFileSnapshot(golden(`${name}.html`))
})
