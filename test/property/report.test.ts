import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DocumentHeader } from '../../src/domain/model/document.ts'
import { noPaint } from '../../src/report/paint.ts'
import { FORMAT_NAMES, render } from '../../src/report/render.ts'
import { displayWidth } from '../../src/report/text/display-width.ts'
import {
  anyKey,
  anyKeyProfile,
  anyOffsetJournal,
  anyOffsetPlan,
  anyOffsetResult,
  anySegmentStatus,
  anySimulation,
  anyText,
} from '../support/arbitrary-documents.ts'
import { someRoutes } from '../support/documents.ts'
import { anyConsumption, anyTrace } from '../support/watching/arbitrary-events.ts'

const routes = fc.array(anyKey, { maxLength: 5 }).map((keys) => ({
  ...someRoutes(),
  routes: keys.map((key) => ({ ...someRoutes().routes[0]!, key })),
}))
const unknown = anyText.map((text) => ({
  ...{ kind: 'unheard-of', version: 1 as const, generatedBy: 'pstool 0.1.0' },
  ...{ text, rows: [{ [text]: text }, { other: [1, text] }] },
}))
const anyDocument: fc.Arbitrary<DocumentHeader<string>> = fc.oneof(
  anyKeyProfile,
  anySimulation,
  anyOffsetPlan,
  anyOffsetResult,
  anyOffsetJournal,
  anySegmentStatus,
  anyConsumption,
  anyTrace,
  routes,
  unknown,
)
/** Line breaks are ours; everything else that controls a terminal or hides is not. */
const COMMAND = /[^\P{Cc}\n]|[\u2028\u2029\u200b\ufeff\u202a-\u202e\u2066-\u2069]|\p{Cs}/u

describe('every report', () => {
  it('fits the width of the terminal, but for commands, which are there to be copied', () => {
    fc.assert(
      fc.property(
        anyDocument,
        fc.integer({ min: 40, max: 130 }),
        fc.boolean(),
        (document, width, unicode) => {
          const text = render(document, { format: 'table', width, paint: noPaint, unicode })
          const wide = text
            .split('\n')
            .filter((line) => displayWidth(line) > width && !line.startsWith('    pstool '))
          expect(wide).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })

  it('lets nothing through that commands a terminal or hides, in any format', () => {
    fc.assert(
      fc.property(anyDocument, fc.constantFrom(...FORMAT_NAMES), (document, format) => {
        const text = render(document, { format, width: 80, paint: noPaint })
        expect(COMMAND.exec(text.replaceAll('\r\n', '\n'))).toBeNull()
      }),
      { numRuns: 200 },
    )
  })

  it('is ASCII alone where nothing else can be shown', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const text = render(document, {
          format: 'table',
          width: 60,
          paint: noPaint,
          unicode: false,
        })
        expect(text).toMatch(/^[\n\x20-\x7e]*$/)
      }),
      { numRuns: 100 },
    )
  })

  it('is the document itself as JSON', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const text = render(document, { format: 'json', width: 80, paint: noPaint })
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)))
      }),
      { numRuns: 100 },
    )
  })
})
