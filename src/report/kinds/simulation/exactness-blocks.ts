import type { StrategyFigures } from '../../../domain/simulation/simulation.ts'
import { type Block, paragraph } from '../../blocks.ts'
import { plural } from '../../text/numbers.ts'
import { distinctKeys } from '../distinct-keys.ts'

/** What is estimated and how well, where keys were more than memory held; once for all strategies. */
export function exactnessBlocks(strategies: readonly StrategyFigures[]): Block[] {
  const estimated = strategies.filter(({ exact }) => !exact)
  return [...new Set(estimated.map(estimates))].map((text) => paragraph(text))
}

function estimates({ keys, topKeysMaxError, lanes }: StrategyFigures): string {
  const isPredicted = lanes.some(({ layer }) => layer === 'partition')
  const byLog = isPredicted
    ? ''
    : ' Whether a layer undoes partitions of the log is judged by the keys in memory.'
  return (
    `keys: ${distinctKeys(keys)}, more than --max-memory holds. Keys per slot, floor, avoidable, ` +
    `ideal and collisions are estimates that miss at most ${plural(topKeysMaxError, 'message')} of ` +
    `any key.${byLog} All other figures are exact.`
  )
}
