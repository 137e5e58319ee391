import type {
  KeyEncodings,
  KeyProfileDocument,
  KeyShape,
} from '../../../domain/keys/key-profile.ts'
import {
  type Block,
  type Cell,
  labelColumn,
  listing,
  notice,
  numberColumn,
  section,
  table,
} from '../../blocks.ts'
import { keyLabel } from '../../text/key-label.ts'
import { count, percent } from '../../text/numbers.ts'

const KEYS_SHOWN = 4

const SHAPES: Readonly<Record<KeyShape, string>> = {
  'integer-text': 'integers as text',
  'uuid-text': 'UUIDs as text',
  text: 'other text',
  empty: 'empty',
  'binary-4': '4 bytes',
  'binary-8': '8 bytes',
  'binary-16': '16 bytes',
  binary: 'other bytes',
}

/** What the keys look like; only worth a section where they are not all alike or hide a trap. */
export function encodingBlocks({ encodings, messages }: KeyProfileDocument): Block[] {
  const { shapes, traps } = encodings
  if (shapes.length < 2 && traps.length === 0) return []
  const columns = [
    labelColumn('keys that are'),
    numberColumn('messages'),
    numberColumn('share'),
    numberColumn('keys'),
  ]
  const rows = shapes.map((shape): Cell[] => [
    SHAPES[shape.shape],
    count(shape.messages),
    percent(messages === 0 ? 0 : shape.messages / messages),
    count(shape.keys),
  ])
  return [section('Key encodings'), table(columns, rows), ...traps.flatMap(trapBlocks)]
}

function trapBlocks({ message, keys }: KeyEncodings['traps'][number]): Block[] {
  const left = keys.length - KEYS_SHOWN
  const shown = left > 1 ? keys.slice(0, KEYS_SHOWN) : keys
  return [
    notice('warn', message),
    listing(shown.map(keyLabel), left > 1 ? { left, what: 'keys' } : null),
  ]
}
