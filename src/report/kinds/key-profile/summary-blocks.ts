import type { Finding, KeyCounts, KeyProfileDocument } from '../../../domain/keys/key-profile.ts'
import { type Block, footer, headline, notice, paragraph, section } from '../../blocks.ts'
import { count, percent, plural } from '../../text/numbers.ts'
import { distinctKeys } from '../distinct-keys.ts'
import { nothingRead, readBlocks } from '../read-blocks.ts'

/** The answer in a line, what was read, and what to do about it. */
export function openingBlocks(document: KeyProfileDocument): Block[] {
  const { messages, keys, partitions, findings } = document
  const spread = partitions.length > 0 ? ` in ${plural(partitions.length, 'partition')}` : ''
  return [
    headline(
      `${plural(messages, 'message')}${spread} with ${distinctKeys(keys)}${exactness(document)}`,
    ),
    ...readBlocks(document.read),
    ...oddKeys(keys, messages),
    ...(messages === 0 ? [nothingRead] : []),
    ...(messages === 0 && findings.length === 0 ? [] : findingBlocks(findings)),
  ]
}

/** Points up to the warnings, which have scrolled away by now. */
export function closingBlocks({ findings }: KeyProfileDocument): Block[] {
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const above = warnings > 0 ? `${plural(warnings, 'warning')} above. ` : ''
  return [footer(`${above}Every figure: --format json`)]
}

function exactness({ exact, sampling }: KeyProfileDocument): string {
  const counted = exact ? 'exact' : 'estimated in bounded memory'
  if (sampling === null) return `, ${counted}`
  const { fraction } = sampling
  return fraction === null ? ', in a sample' : `, in a sample of ${percent(fraction)}`
}

function oddKeys(keys: KeyCounts, messages: number): Block[] {
  const kinds = [
    ['without a key', keys.nullMessages],
    ['with an empty key', keys.emptyMessages],
    ['with a binary key', keys.binaryMessages],
    ['without a value (tombstones)', keys.tombstones],
    ['refused by the partitioner', keys.partitionerErrors],
  ] as const
  const found = kinds.filter(([, of]) => of > 0)
  if (found.length === 0) return []
  const parts = found.map(([kind, of]) => `${count(of)} ${kind} (${percent(of / messages)})`)
  return [paragraph(`messages: ${parts.join(', ')}`)]
}

function findingBlocks(findings: readonly Finding[]): Block[] {
  if (findings.length === 0) {
    return [section('Findings'), notice('good', 'Nothing to do.')]
  }
  return [
    section('Findings'),
    ...findings.map(({ severity, message, advice }) =>
      notice(severity === 'warning' ? 'warn' : 'plain', message, advice),
    ),
  ]
}
