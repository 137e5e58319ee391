import type { LayerCorrelation, LayersFigures } from '../../../domain/simulation/simulation.ts'
import { type Block, notice, paragraph, section } from '../../blocks.ts'
import { count, factor, plural } from '../../text/numbers.ts'
import { layerName, slotsOf } from '../lane-names.ts'

/** P5: layers that undo each other, with the arithmetic and what to change. */
export function correlationBlocks({ correlation }: LayersFigures, name: string): Block[] {
  const harmful = correlation.filter(({ reachable, innerCount }) => reachable < innerCount)
  if (harmful.length === 0) return []
  return [section(`${name}Layers that undo each other`), ...harmful.map(correlationNotice)]
}

/** The workers that the layers make together. */
export function stackedBlocks({ stacked }: LayersFigures, name: string): Block[] {
  if (stacked === null) return []
  const { workers, busyWorkers, imbalance } = stacked
  const text = `${count(busyWorkers)} of ${plural(workers, 'worker')} busy, imbalance ${factor(imbalance)}`
  return [
    section(`${name}All layers stacked`),
    busyWorkers < workers ? notice('warn', text) : paragraph(text),
  ]
}

function correlationNotice(layers: LayerCorrelation): Block {
  const { outer, inner, outerCount, innerCount, gcd, reachable, observed, fix } = layers
  const slots = slotsOf(inner, innerCount)
  return notice(
    'bad',
    `Only ${reachable} of ${slots} can be reached in each ${layerName(outer)}: ` +
      `${innerCount} / gcd(${outerCount}, ${innerCount}) = ${innerCount} / ${gcd} = ${reachable} ` +
      `(${observed} with these keys).`,
    fix,
  )
}
