import type { Layer } from '../../domain/routing/types.ts'

const LAYER_NAMES: Readonly<Record<Layer, { readonly one: string; readonly many: string }>> = {
  partition: { one: 'partition', many: 'partitions' },
  segment: { one: 'segment', many: 'segments' },
  virtualPartition: { one: 'virtual partition', many: 'virtual partitions' },
}

/** `5 segments`. */
export function slotsOf(layer: Layer, count: number): string {
  return `${count} ${count === 1 ? LAYER_NAMES[layer].one : LAYER_NAMES[layer].many}`
}

/** `slotsOf` for narrow columns: `5 VPs`. */
export function shortSlotsOf(layer: Layer, count: number): string {
  return layer === 'virtualPartition'
    ? `${count} VP${count === 1 ? '' : 's'}`
    : slotsOf(layer, count)
}

/** `virtual partition`. */
export function layerName(layer: Layer): string {
  return LAYER_NAMES[layer].one
}
