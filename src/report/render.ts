import type { DocumentHeader } from '../domain/model/document.ts'
import { csvText } from './format/csv-text.ts'
import { jsonText } from './format/json-text.ts'
import { markdownText } from './format/markdown-text.ts'
import { type Screen, screenOf } from './format/screen.ts'
import { terminalText } from './format/terminal-text.ts'
import { consumeTraceRenderer } from './kinds/consume-trace/consume-trace.ts'
import { consumptionRenderer } from './kinds/consumption.ts'
import { initRenderer } from './kinds/init.ts'
import { keyProfileRenderer } from './kinds/key-profile/key-profile.ts'
import { localStateRenderer } from './kinds/local-state.ts'
import { outlineRenderer } from './kinds/outline.ts'
import { routesRenderer } from './kinds/routes.ts'
import { sampleRenderer } from './kinds/sample.ts'
import { offsetJournalRenderer } from './kinds/segments/offset-journal.ts'
import { offsetPlanRenderer } from './kinds/segments/offset-plan.ts'
import { offsetResultRenderer } from './kinds/segments/offset-result.ts'
import { segmentStatusRenderer } from './kinds/segments/segment-status.ts'
import { simulationRenderer } from './kinds/simulation/simulation.ts'
import type { Paint } from './paint.ts'
import type { Renderer } from './renderer.ts'

/** How a document is written. */
export interface RenderOptions {
  readonly format: Format
  /** Columns of the terminal; only `table` looks at it, `paint` and `unicode`. */
  readonly width: number
  readonly paint: Paint
  /** False: bars and punctuation in ASCII alone. */
  readonly unicode?: boolean
  /** False: without the last words about what comes next, where something comes next. */
  readonly footer?: boolean
}

export type Format = keyof typeof FORMATS
type AnyDocument = DocumentHeader<string>

/** A kind of its own look: its file and a line here. The others are shown as an outline. */
const RENDERERS = new Map<string, Renderer<never>>([
  ['key-profile', keyProfileRenderer],
  ['simulation', simulationRenderer],
  ['routes', routesRenderer],
  ['sample', sampleRenderer],
  ['init', initRenderer],
  ['local-state', localStateRenderer],
  ['offset-plan', offsetPlanRenderer],
  ['offset-result', offsetResultRenderer],
  ['offset-journal', offsetJournalRenderer],
  ['segment-status', segmentStatusRenderer],
  ['consume-trace', consumeTraceRenderer],
  ['consumption', consumptionRenderer],
])

/** A format: its file and a line here. */
const FORMATS = {
  table: (document: AnyDocument, screen: Screen, footer: boolean) =>
    terminalText(
      rendererOf(document)
        .blocks(document)
        .filter(({ block }) => footer || block !== 'footer'),
      screen,
    ),
  json: (document: AnyDocument) => jsonText(document),
  markdown: (document: AnyDocument) => markdownText(rendererOf(document).blocks(document)),
  csv: (document: AnyDocument) => csvText(rendererOf(document).csv(document)),
} as const

/** The names that `--format` takes. */
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[]

/**
 * A document as text, ending with a line break. Pure: the same document and options give the same
 * text. In `table` no line is wider than `width` (at least 40), but for a long word of a command,
 * which can be copied; and whatever a key holds, no control character reaches the output in any
 * format.
 */
export function render(document: AnyDocument, options: RenderOptions): string {
  const { format, width, paint, unicode = true, footer = true } = options
  return FORMATS[format](document, screenOf(width, paint, unicode), footer)
}

function rendererOf({ kind }: AnyDocument): Renderer<AnyDocument> {
  // The map's key is the document's kind, which is what makes this the renderer of its type.
  return (RENDERERS.get(kind) ?? outlineRenderer) as Renderer<AnyDocument>
}
