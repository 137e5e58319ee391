import type { Paint } from '../paint.ts'
import { asciiText, safeText } from '../text/safe-text.ts'

/** Where a report is shown: how wide, with which emphasis and characters. */
export interface Screen {
  /** Columns of a line, never exceeded. */
  readonly width: number
  readonly paint: Paint
  readonly unicode: boolean
  readonly ellipsis: string
  /** Makes text safe to show, and ASCII where nothing else can be shown. */
  readonly safe: (text: string) => string
}

/** Narrower is not worth fitting; wider lines are hard to follow with the eye. */
const NARROWEST = 40
const WIDEST = 120

/** A screen for the options of a rendering. */
export function screenOf(width: number, paint: Paint, unicode: boolean): Screen {
  return {
    width: Math.min(Math.max(Math.trunc(width) || WIDEST, NARROWEST), WIDEST),
    paint,
    unicode,
    ellipsis: unicode ? '…' : '..',
    safe: unicode ? safeText : asciiText,
  }
}
