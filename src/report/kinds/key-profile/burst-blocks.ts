import type { KeyProfileDocument } from '../../../domain/keys/key-profile.ts'
import {
  type Block,
  type Cell,
  keyText,
  labelColumn,
  numberColumn,
  paragraph,
  section,
  table,
  textColumn,
} from '../../blocks.ts'
import { count, duration, factor, percent, plural } from '../../text/numbers.ts'

const BURSTS_SHOWN = 5

/** Keys that are hot for a short while only; nothing where there are no timestamps. */
export function burstBlocks({ bursts }: KeyProfileDocument): Block[] {
  const { windowMs, windows, peakToMean, keys } = bursts
  if (windowMs === null) return []
  const columns = [
    textColumn('key'),
    labelColumn('from'),
    numberColumn('messages', 1),
    numberColumn('of window'),
    numberColumn('of all'),
  ]
  const rows = keys.map((burst): Cell[] => [
    keyText(burst.key),
    startText(burst.window),
    count(burst.messages),
    percent(burst.shareOfWindow),
    percent(burst.share),
  ])
  const span = `${plural(windows, 'window')} of ${duration(windowMs)}`
  const hot = keys.length === 0 ? ' No key is hot for a short while only.' : ''
  return [
    section('Bursts'),
    paragraph(`${span}; the busiest has ${factor(peakToMean)} times the mean.${hot}`),
    ...(keys.length === 0 ? [] : [table(columns, rows, 'bursts', BURSTS_SHOWN)]),
  ]
}

/** Windows start at whole minutes or seconds: what is zero is left out. */
function startText(iso: string): string {
  return iso.replace(/(:00)?\.000Z$/, 'Z')
}
