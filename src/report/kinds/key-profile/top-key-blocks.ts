import type {
  Bounds,
  KeyProfileDocument,
  SizeFigures,
  SkewFigures,
  TopKey,
} from '../../../domain/keys/key-profile.ts'
import {
  type Block,
  type Cell,
  graphColumn,
  keyText,
  labelColumn,
  numberColumn,
  paragraph,
  proseColumn,
  section,
  table,
  textColumn,
  toned,
} from '../../blocks.ts'
import { bytes, count, factor, percent, plural } from '../../text/numbers.ts'

const KEYS_SHOWN = 10

/** The most frequent keys, with bounds or intervals where the figures are not counts. */
export function keyBlocks({ topKeys, topKeysMaxError, sizes }: KeyProfileDocument): Block[] {
  const [first] = topKeys
  if (first === undefined) return []
  const estimated = topKeys.some(({ messages, bounds }) => !isCertain(messages, bounds))
  const sampled = topKeys.some(({ shareInterval }) => shareInterval !== null)
  const columns = [
    textColumn('key'),
    numberColumn('messages'),
    ...(estimated ? [numberColumn('certainly', 2)] : []),
    numberColumn('share'),
    ...(sampled ? [numberColumn('whole log, 95 %', 1)] : []),
    graphColumn(''),
  ]
  const rows = topKeys.map((top): Cell[] => [
    keyText(top.key),
    count(top.messages),
    ...(estimated ? [`${count(top.bounds.lower)} to ${count(top.bounds.upper)}`] : []),
    percent(top.share),
    ...(sampled ? [intervalOf(top)] : []),
    { bar: first.messages === 0 ? 0 : top.messages / first.messages },
  ])
  const error = `A key that is not tracked has at most ${plural(topKeysMaxError, 'message')}.`
  return [
    section('Top keys'),
    table(columns, rows, 'keys', KEYS_SHOWN),
    ...(topKeysMaxError > 0 ? [paragraph(toned(error, 'faint'))] : []),
    paragraph(`keys: ${sizeText(sizes.key)}`),
    ...(sizes.value.total > 0 ? [paragraph(`values: ${sizeText(sizes.value)}`)] : []),
  ]
}

/** How far from even the keys are, each figure with what it means. */
export function skewBlocks({ skew, keys, messages }: KeyProfileDocument): Block[] {
  if (messages === 0) return []
  const own = `${plural(keys.distinct, 'key')} ${keys.distinct === 1 ? 'loads' : 'load'}`
  const equal = `${own} like ${factor(skew.effectiveKeys)} equally busy ones.`
  return [
    section('Skew'),
    paragraph(equal),
    table([labelColumn(''), numberColumn(''), proseColumn('')], skewRows(skew)),
  ]
}

function skewRows(skew: SkewFigures): Cell[][] {
  return [
    ['top key', percent(skew.top1Share), 'of all messages'],
    ['top 10 keys', percent(skew.top10Share), ''],
    ['top 1 % of keys', percent(skew.top1PercentShare), ''],
    ['effective keys', factor(skew.effectiveKeys), '2^entropy of the shares'],
    ['evenness', factor(skew.normalizedEntropy), 'entropy / log2(keys): 1 even, 0 one key'],
    ['Gini', factor(skew.gini), '0 even, near 1 few keys have all'],
    ['variation', factor(skew.cv), 'standard deviation / mean of messages per key'],
  ]
}

function isCertain(value: number, { lower, upper }: Bounds): boolean {
  return lower === value && upper === value
}

function intervalOf({ shareInterval }: TopKey): string {
  if (shareInterval === null) return ''
  return `${percent(shareInterval.lower)} to ${percent(shareInterval.upper)}`
}

function sizeText({ total, p50, p99, max }: SizeFigures): string {
  return `${bytes(p50)} median, ${bytes(p99)} p99, ${bytes(max)} largest, ${bytes(total)} in total`
}
