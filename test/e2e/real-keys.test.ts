import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeyProfileDocument, LaneFigures } from '../../src/domain/keys/key-profile.ts'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentFrom, ndjson } from '../support/e2e/documents.ts'
import {
  countsOf,
  NAIVE_REDUCERS,
  type NaiveReducer,
  naiveBatches,
  naiveLane,
  naiveSkew,
  ranked,
} from '../support/e2e/naive-figures.ts'
import { BIRDSTRIKES, birdstrikeOperators, flights } from '../support/e2e/real-keys.ts'

const operators = birdstrikeOperators()
const departures = flights().map((flight, i) => ({
  key: flight.origin,
  value: flight.destination,
  partition: i % 3,
  offset: Math.floor(i / 3),
  timestamp: Date.parse(`${flight.date.replaceAll('/', '-').replace(' ', 'T')}:00Z`),
}))
const origins = departures.map(({ key }) => key)
const folder = folderWith({
  'operators.csv': `id,key\r\n${operators.map((key, i) => `${i},${quoted(key)}\r\n`).join('')}`,
  'departures.ndjson': ndjson(departures),
})
const cwd = { cwd: folder.path }
afterAll(() => folder[Symbol.dispose]())

const names = Object.keys(NAIVE_REDUCERS) as NaiveReducer[]

describe('operators of aircraft that birds struck', () => {
  let profile: KeyProfileDocument
  beforeAll(async () => {
    profile = await documentFrom(
      [
        ...['analyze-keys', '--source', 'operators.csv', '--segments', '2,5,8,16,64'],
        ...['--partitions', '6,12', '--reducers', names.join(','), '--top', '1000'],
      ],
      cwd,
    )
  })

  it('are counted one by one', () => {
    const { messages, exact, keys, topKeys, sizes } = profile
    expect({ messages, exact, distinct: keys.distinct }).toEqual({
      messages: operators.length,
      exact: true,
      distinct: countsOf(operators).size,
    })
    expect(topKeys.map(({ key, messages }) => [key, messages])).toEqual(ranked(operators))
    expect(sizes.key.total).toBe(Buffer.byteLength(operators.join('')))
    expect(topKeys[0]!.share).toBe(ranked(operators)[0]![1] / operators.length)
  })

  it('are found in the file as its makers wrote it, by the name of their column', async () => {
    const column = 'payload:/Aircraft Airline Operator'
    const args = ['--input-format', 'csv', '--partitioner', column, '--top', '1000']
    const found = await documentFrom<KeyProfileDocument>(
      ['analyze-keys', '--source', BIRDSTRIKES, ...args],
      cwd,
    )
    expect(found.messages).toBe(operators.length)
    expect(found.topKeys).toEqual(profile.topKeys)
  })

  it('are as skewed as the definitions say', () => {
    const { skew } = profile
    const expected = naiveSkew(operators)
    expect(Object.keys(skew).sort()).toEqual(Object.keys(expected).sort())
    for (const [name, value] of Object.entries(expected)) {
      expect(skew[name as keyof typeof skew], name).toBeCloseTo(value, 9)
    }
  })

  it.each([2, 5, 8, 16, 64])('fall into %i segments as plain counting says', (count) => {
    for (const reducer of names) {
      expectLane(laneOf(profile.lanes, 'segment', count, reducer), operators)
    }
  })

  it.each([6, 12])('fall into %i partitions as plain counting says', (count) => {
    for (const reducer of names) {
      expectLane(laneOf(profile.lanes, 'partition', count, reducer), operators)
    }
  })
})

describe('flights by their origin, in three partitions', () => {
  let simulation: SimulationDocument
  beforeAll(async () => {
    simulation = await documentFrom(
      [
        ...['simulate', '--source', 'departures.ndjson', '--segments', '4', '--vps', '6'],
        ...['--partitions', '9', '--max-messages', '25', '--members', '4'],
        ...['--reducers', names.join(',')],
      ],
      cwd,
    )
  })

  it.each(names)('fill segments and virtual partitions by %s as plain counting says', (name) => {
    const { strategies } = simulation
    const { lanes } = strategies.find((strategy) => strategy.name === name)!
    expectLane(laneOf(lanes, 'partition', 9, name), origins)
    expectLane(laneOf(lanes, 'segment', 4, name), origins)
    expectLane(laneOf(lanes, 'virtualPartition', 6, name), origins)

    const bytes = new Array<number>(4).fill(0)
    for (const { key, value } of departures) {
      bytes[NAIVE_REDUCERS[name](key, 4)]! += key.length + value.length
    }
    expect(lanes.find(({ layer }) => layer === 'segment')!.bytes).toEqual(bytes)
  })

  it('say how many virtual partitions a batch of one partition keeps busy', async () => {
    const document = await documentFrom<SimulationDocument>(
      [
        ...['simulate', '--source', 'departures.ndjson', '--vps', '6'],
        ...['--max-messages', '25', '--virtual-partition-reducer', 'byte-sum'],
      ],
      cwd,
    )
    const { batches } = document.strategies[0]!
    const expected = naiveBatches(departures, 25, 6)
    expect(batches!.batches).toBe(expected.batches)
    expect(batches!.busy.mean).toBeCloseTo(expected.mean, 9)
    expect(batches!.busyHistogram).toEqual(expected.busyHistogram)
    expect(batches!.parallelEfficiency).toBeCloseTo(expected.parallelEfficiency, 9)
  })

  it('reach only the virtual partitions that the segments leave them', () => {
    const { layers } = simulation
    const seen = new Map<number, Set<number>>()
    for (const key of countsOf(origins).keys()) {
      const segment = NAIVE_REDUCERS['byte-sum'](key, 4)
      const slots = seen.get(segment) ?? new Set()
      seen.set(segment, slots.add(NAIVE_REDUCERS['byte-sum'](key, 6)))
    }
    const observed = Math.max(...[...seen.values()].map((slots) => slots.size))
    expect(
      layers.correlation.find(({ outer, inner }) => outer === 'segment' && inner !== 'segment'),
    ).toMatchObject({ outerCount: 4, innerCount: 6, gcd: 2, reachable: 3, observed })
  })

  it('multiply the traffic by the segments', () => {
    const { strategies } = simulation
    const bytes = departures.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
    expect(strategies[0]!.traffic).toEqual({
      segments: 4,
      messagesRead: 4 * departures.length,
      bytesRead: 4 * bytes,
      factor: 4,
    })
  })

  it('give nine partitions to four members, in contiguous ranges', () => {
    const { strategies } = simulation
    const loads = naiveLane(origins, 'murmur2', 9).messages
    const sum = (from: number, to: number) => loads.slice(from, to).reduce((a, b) => a + b, 0)
    const { members } = strategies.find(({ name }) => name === 'murmur2')!
    expect(members).toMatchObject({
      members: 4,
      partitions: 9,
      idleMembers: 0,
      messages: [sum(0, 3), sum(3, 5), sum(5, 7), sum(7, 9)],
    })
  })
})

function laneOf<Lane extends LaneFigures>(
  lanes: readonly Lane[],
  layer: string,
  count: number,
  reducer: string,
): Lane {
  const lane = lanes.find(
    (one) => one.layer === layer && one.count === count && one.reducer === reducer,
  )
  if (lane === undefined) throw new Error(`no lane ${layer} ${count} ${reducer}`)
  return lane
}

function expectLane(lane: LaneFigures, keys: readonly string[]): void {
  const expected = naiveLane(keys, lane.reducer as NaiveReducer, lane.count)
  const what = `${lane.reducer} over ${lane.count} of ${lane.layer}`
  expect(
    {
      messages: lane.slots.map(({ messages }) => messages),
      keys: lane.slots.map(({ keys }) => keys),
      emptySlots: lane.emptySlots,
    },
    what,
  ).toEqual({ messages: expected.messages, keys: expected.keys, emptySlots: expected.emptySlots })
  expect(lane.imbalance, what).toBeCloseTo(expected.imbalance, 9)
  expect(lane.floor, what).toBeCloseTo(expected.floor, 9)
  expect(lane.avoidable, what).toBeCloseTo(expected.avoidable, 9)
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
