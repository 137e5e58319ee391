import type { Route, RoutesDocument } from '../../domain/routing/routes.ts'
import { LAYERS, type Layer } from '../../domain/routing/types.ts'
import {
  type Block,
  type Cell,
  keyText,
  listing,
  notice,
  numberColumn,
  quoted,
  section,
  table,
  textColumn,
} from '../blocks.ts'
import { keyFields } from '../format/csv-text.ts'
import type { Renderer } from '../renderer.ts'
import { keyLabel } from '../text/key-label.ts'

/** More keys than this were piped in: their arithmetic would bury the answer. */
const ARITHMETIC_SHOWN = 20

const COUNTS = {
  partition: 'partitions',
  segment: 'segments',
  virtualPartition: 'virtualPartitions',
} as const
const TITLES = { partition: 'partition', segment: 'segment', virtualPartition: 'VP' } as const

/** `route`: where each key lands, in input order and never cut; for a few keys also why. */
export const routesRenderer: Renderer<RoutesDocument> = {
  blocks: ({ routes }): Block[] => [
    routes.length === 0 ? nothingToRoute : routeTable(routes),
    ...(routes.length > ARITHMETIC_SHOWN ? [] : arithmeticBlocks(routes)),
  ],
  csv: ({ routes }) => ({
    columns: [
      ...['encoding', 'key', 'partition', 'partitions', 'segment', 'segments', 'segmentGroup'],
      ...['virtualPartition', 'virtualPartitions'],
      ...['partitionArithmetic', 'segmentArithmetic', 'virtualPartitionArithmetic'],
    ],
    rows: routes.map(({ key, counts, arithmetic, ...slots }) => [
      ...keyFields(key),
      ...[slots.partition, counts.partitions, slots.segment, counts.segments, slots.segmentGroup],
      ...[slots.virtualPartition, counts.virtualPartitions],
      ...[arithmetic.partition, arithmetic.segment, arithmetic.virtualPartition],
    ]),
  }),
}

const nothingToRoute = notice('warn', 'There was no key to route.', 'The file holds none.')

function routeTable(routes: readonly Route[]): Block {
  const layers = LAYERS.filter((layer) =>
    routes.some(({ counts }) => counts[COUNTS[layer]] !== undefined),
  )
  const groups = routes.some(({ segmentGroup }) => segmentGroup !== undefined)
  const columns = [
    textColumn('key'),
    ...layers.map((layer) => numberColumn(TITLES[layer])),
    ...(groups ? [textColumn('group', 1)] : []),
  ]
  const rows = routes.map((route): Cell[] => [
    keyText(route.key),
    ...layers.map((layer) => slotText(route, layer)),
    ...(groups ? [quoted(route.segmentGroup ?? '')] : []),
  ])
  return table(columns, rows)
}

function slotText(route: Route, layer: Layer): string {
  const slots = route.counts[COUNTS[layer]]
  if (slots === undefined) return ''
  return `${route[layer] ?? 'any'} of ${slots}`
}

function arithmeticBlocks(routes: readonly Route[]): Block[] {
  const lines = routes.flatMap((route) =>
    LAYERS.flatMap((layer) => {
      const arithmetic = route.arithmetic[layer]
      return arithmetic === undefined
        ? []
        : [`${keyLabel(route.key)} ${TITLES[layer]}: ${arithmetic}`]
    }),
  )
  return lines.length === 0 ? [] : [section('Arithmetic'), listing(lines)]
}
