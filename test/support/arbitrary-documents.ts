import fc from 'fast-check'
import type { KeyProfileDocument, TopKey } from '../../src/domain/keys/key-profile.ts'
import type { DocumentKey } from '../../src/domain/model/document.ts'
import type {
  OffsetJournalDocument,
  OffsetResultDocument,
} from '../../src/domain/offsets/journal.ts'
import { GUARDS, type GuardName, type OffsetPlanDocument } from '../../src/domain/offsets/plan.ts'
import type { SegmentStatusDocument } from '../../src/domain/offsets/status.ts'
import { LAYERS } from '../../src/domain/routing/types.ts'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { aKeyProfile, aLane, aRead, aSimulation, aStrategy, aTiming } from './documents.ts'
import { APART, aJournal, aPartialResult, aStatus, aTroubledPlan } from './segment-documents.ts'

/** What hostile producers put into keys: escapes, bidi, formulas, markup, wide and joined letters. */
const hostile = fc.constantFrom(
  ...[
    '\u001b[31mred',
    '\u001b]0;title\u0007',
    '\u009b2J',
    '\r\n',
    '\0',
    '\u202edesrever',
    '\ufeff',
  ],
  ...[
    '=cmd()',
    '+1',
    '-1',
    '@SUM(A1)',
    '|',
    '`',
    '``x``',
    '*b*',
    '<b>',
    '\\',
    '\\|',
    '"',
    "'",
    ',',
  ],
  ...[
    '日本語',
    'ｆｕｌｌ',
    '👨‍👩‍👧',
    '🇩🇪',
    'e\u0301',
    '\u0301',
    '\ud800',
    '\u200b',
    '\u2028',
    '한글',
  ],
)

/** Text of any length with something hostile in it, now and then. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'binary' }), fc.string()), { maxLength: 6 })
  .map((parts) => parts.join(' '))

export const anyKey: fc.Arbitrary<DocumentKey> = fc.oneof(
  anyText,
  fc.constant(null),
  fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => ({ base64: Buffer.from(bytes).toString('base64') })),
)

const share = fc.double({ min: 0, max: 1, noNaN: true })
const messages = fc.oneof(fc.nat(20), fc.nat({ max: Number.MAX_SAFE_INTEGER }))
const loads = fc.oneof(
  fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }),
  fc.array(messages, { minLength: 1, maxLength: 70 }),
)
const lane = fc
  .record({ layer: fc.constantFrom(...LAYERS), reducer: anyText, loads, lines: fc.array(anyText) })
  .map(({ layer, reducer, loads, lines }) =>
    aLane(layer, reducer, loads, { collisions: [{ slot: 0, keys: lines, arithmetic: lines }] }),
  )
const topKey: fc.Arbitrary<TopKey> = fc.record({
  key: anyKey,
  messages,
  bounds: fc.record({ lower: messages, upper: messages }),
  share,
  shareInterval: fc.option(fc.record({ lower: share, upper: share })),
})
const finding = fc.record({
  code: fc.constant('keys.some-finding'),
  severity: fc.constantFrom('info', 'warning'),
  message: anyText,
  advice: anyText,
})
const read = fc.array(anyText, { maxLength: 3 }).map((sources) => aRead({ sources }))

/** A key profile that can look like anything, sums included. */
export const anyKeyProfile: fc.Arbitrary<KeyProfileDocument> = fc
  .record({
    read,
    messages,
    exact: fc.boolean(),
    topKeys: fc.array(topKey, { maxLength: 14 }),
    lanes: fc.array(lane, { maxLength: 3 }),
    findings: fc.array(finding, { maxLength: 3 }),
    encodings: fc.record({
      shapes: fc.constant([]),
      traps: fc.array(
        fc.record({
          trap: fc.constant('number-and-text' as const),
          keys: fc.array(anyKey),
          message: anyText,
        }),
        { maxLength: 2 },
      ),
    }),
  })
  .map((changes) => aKeyProfile(changes))

/** A simulation of strategies with any names, reducers and loads. */
export const anySimulation: fc.Arbitrary<SimulationDocument> = fc
  .array(
    fc.record({ name: anyText, lanes: fc.array(lane, { maxLength: 3 }), timed: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((strategies) =>
    aSimulation(
      strategies.map(({ name, lanes, timed }) =>
        aStrategy({
          name,
          timing: timed ? aTiming() : null,
          lanes: lanes.map((one) => ({ ...one, bytes: one.slots.map(() => 2 ** 40) })),
        }),
      ),
    ),
  )

const offset = fc.oneof(
  fc.constant(null),
  fc.nat(3).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
)
const guard = fc.constantFrom(...(Object.keys(GUARDS) as GuardName[]))
const migration = fc.record({
  origin: anyText,
  mergeKey: fc.oneof(anyText, fc.constant('-parallel-')),
  from: fc.integer({ min: 1, max: 30 }),
  to: fc.integer({ min: 1, max: 30 }),
  strategy: fc.option(
    fc.record({ name: anyText, partitioner: anyText, reducer: anyText, fingerprint: anyText }),
  ),
})
const place = { group: anyText, topic: anyText, partition: fc.nat(50) }
const step = fc.record({ ...place, from: offset, to: offset })
const reason = fc.option(anyText)

/** A plan with any names, offsets, guards and messages. */
export const anyOffsetPlan: fc.Arbitrary<OffsetPlanDocument> = fc
  .record({
    operation: fc.constantFrom('distribute', 'collapse', 'reset', 'rescale', 'set', 'restore'),
    migrations: fc.array(migration, { maxLength: 4 }),
    steps: fc.array(step, { maxLength: 60 }),
    leftOut: fc.array(fc.record({ ...place, reason: anyText }), { maxLength: 3 }),
    waived: fc.array(fc.record({ guard, message: anyText }), { maxLength: 12 }),
    violations: fc.array(
      fc.record({ guard, message: anyText, remedy: anyText, waivable: fc.boolean() }),
      { maxLength: 12 },
    ),
  })
  .map((changes) => ({ ...aTroubledPlan(), ...changes }))

const outcome = {
  outcome: fc.constantFrom('written', 'already-there', 'not-written', 'elsewhere'),
  reason,
} as const

/** A result with any steps, outcomes and differences. */
export const anyOffsetResult: fc.Arbitrary<OffsetResultDocument> = fc
  .record({
    state: fc.constantFrom('nothing-to-do', 'done', 'partial'),
    journal: fc.option(anyText),
    migrations: fc.array(migration, { maxLength: 4 }),
    steps: fc.array(fc.record({ ...place, from: offset, to: offset, ...outcome }), {
      maxLength: 50,
    }),
    differences: fc.array(
      fc.record({
        ...place,
        ...{ expected: offset, found: offset },
        detail: fc.constantFrom('offset', 'leader-epoch', 'metadata'),
      }),
      { maxLength: 50 },
    ),
  })
  .map((changes) => ({ ...aPartialResult(), ...changes }))

/** A journal of any plan, cut or ended. */
export const anyOffsetJournal: fc.Arbitrary<OffsetJournalDocument> = fc
  .tuple(anyOffsetPlan, fc.record(outcome), fc.constantFrom('started', 'partial', 'done'))
  .map(([plan, became, state]) => ({
    ...aJournal(),
    plan,
    state,
    outcomes: state === 'started' ? [] : plan.steps.map((one) => ({ ...one, ...became })),
  }))

/** Origins with any names, numbers of segments, offsets and refusals. */
export const anySegmentStatus: fc.Arbitrary<SegmentStatusDocument> = fc
  .array(
    fc.record({
      origin: anyText,
      offsets: fc.array(fc.array(offset, { minLength: 3, maxLength: 3 }), { maxLength: 20 }),
      refusals: fc.array(anyText, { maxLength: 6 }),
    }),
    { maxLength: 3 },
  )
  .map((origins) => ({
    ...aStatus({}, APART),
    segmented: origins.map(({ origin, offsets, refusals }) => {
      const [pattern] = aStatus({ analytics: 2 }, APART).segmented
      const [of, segment] = pattern!.groups
      const segments = offsets.map((committed, id) => ({
        ...segment!,
        group: `${origin}${id}`,
        partitions: segment!.partitions.map((at, i) => ({
          ...at,
          committed: committed[i] ?? null,
        })),
      }))
      const groups = [{ ...of!, group: origin }, ...segments]
      const counted = { origin, segments: Math.max(1, offsets.length), groups }
      return { ...pattern!, ...counted, distribute: refusals, collapse: refusals }
    }),
  }))
