import fc from 'fast-check'
import type { KeyProfileDocument, TopKey } from '../../src/domain/keys/key-profile.ts'
import type { DocumentKey } from '../../src/domain/model/document.ts'
import { LAYERS } from '../../src/domain/routing/types.ts'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { aKeyProfile, aLane, aRead, aSimulation, aStrategy } from './documents.ts'

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
  .array(fc.record({ name: anyText, lanes: fc.array(lane, { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((strategies) =>
    aSimulation(
      strategies.map(({ name, lanes }) =>
        aStrategy({
          name,
          lanes: lanes.map((one) => ({ ...one, bytes: one.slots.map(() => 2 ** 40) })),
        }),
      ),
    ),
  )
