import { describe, expect, it } from 'vitest'
import type { Route, RoutesDocument } from '../../src/domain/routing/routes.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentFrom, ndjson } from '../support/e2e/documents.ts'
import {
  type IggyKey,
  iggyKeys,
  type ReducerCase,
  reducerCases,
  type Slots,
  segmentVectors,
} from '../support/vectors.ts'

const countsIn = (slots: Slots) => Object.keys(slots).map(Number)
/** Routes come key by key, and for each key in the order of the counts. */
const perKey = (routes: readonly Route[], keys: number) =>
  Array.from({ length: keys }, (_, i) =>
    routes.slice((i * routes.length) / keys, ((i + 1) * routes.length) / keys),
  )
const routesOf = async (args: readonly string[], files: Readonly<Record<string, string>> = {}) => {
  using folder = folderWith(files)
  const document = await documentFrom<RoutesDocument>(['route', ...args], { cwd: folder.path })
  return document.routes
}

describe.concurrent('route on the vectors of the byte sum', () => {
  const counts = countsIn(reducerCases[0]!.mod)

  it('places every kind of key in every number of segments, with the sum in the arithmetic', async () => {
    const file = reducerCases.map(recordOf).join('')
    const routes = await routesOf(['--keys-from', 'keys.ndjson', '--segments', counts.join(',')], {
      'keys.ndjson': file,
    })

    const found = perKey(routes, reducerCases.length).map((own) => ({
      mod: slotsBy('segments', 'segment')(own),
      remainders: own.map(({ arithmetic }) => arithmetic.segment!.replace(/^.*-> /s, '')),
    }))
    const expected = reducerCases.map(({ mod, sum }) => ({
      mod,
      remainders: counts.map((count) => `${sum} mod ${count} = ${mod[count]}`),
    }))
    expect(found).toEqual(expected)
  })

  it('takes texts as arguments, and spreads them over virtual partitions the same way', async () => {
    const texts = reducerCases.filter(
      ({ type, value }) => type === 'string' && value !== '' && !String(value).startsWith('-'),
    )
    const keys = texts.map(({ value }) => String(value)).filter((text) => !text.includes('\0'))
    const routes = await routesOf(['--vps', counts.join(','), '--', ...keys])

    const expected = texts.filter(({ value }) => keys.includes(String(value)))
    expect(
      perKey(routes, keys.length).map(slotsBy('virtualPartitions', 'virtualPartition')),
    ).toEqual(expected.map(({ mod }) => mod))
  })

  it('takes binary keys as base64', async () => {
    const binary = reducerCases.filter(({ type }) => type === 'binary')
    const routes = await routesOf([
      '--key-encoding',
      'base64',
      '--segments',
      counts.join(','),
      '--',
      ...binary.map(({ base64 }) => base64!),
    ])

    expect(perKey(routes, binary.length).map(slotsBy('segments', 'segment'))).toEqual(
      binary.map(({ mod }) => mod),
    )
  })
})

describe.concurrent('route on the vectors of parallel segments', () => {
  it('assigns every key in every number of segments', async () => {
    const { assignments } = segmentVectors
    const counts = countsIn(assignments[0]!.segment)
    const keys = assignments.map(({ key }) =>
      typeof key === 'object' ? key.unit.repeat(key.count) : key,
    )
    const routes = await routesOf(['--keys-from', 'keys.ndjson', '--segments', counts.join(',')], {
      'keys.ndjson': ndjson(keys.map((key) => ({ key }))),
    })

    expect(perKey(routes, keys.length).map(slotsBy('segments', 'segment'))).toEqual(
      assignments.map(({ segment }) => segment),
    )
  })

  it('filters batches as documented, messages without a key included', async () => {
    const { filters } = segmentVectors
    const counts = [...new Set(filters.map(({ count }) => count))]
    const messages = filters.flatMap((filter) => filter.messages)
    const routes = await routesOf(
      ['--keys-from', 'messages.ndjson', '--segments', counts.join(',')],
      { 'messages.ndjson': ndjson(messages.map(({ key }) => ({ key, value: 'x' }))) },
    )

    const placed = perKey(routes, messages.length)
    let next = 0
    for (const { count, messages, kept } of filters) {
      const found: Record<string, number[]> = Object.fromEntries(
        Object.keys(kept).map((segment) => [segment, []]),
      )
      for (const { offset } of messages) {
        const own = placed[next++]!.find(({ counts }) => counts.segments === count)
        found[String(own!.segment)]!.push(offset)
      }
      expect(found).toEqual(kept)
    }
  })

  it.each(segmentVectors.names)(
    'names the groups of $group',
    async ({ group, count, merge_key, names }) => {
      const config = {
        groups: {
          [group]: { segments: count, ...(merge_key !== null && { mergeKey: merge_key }) },
        },
      }
      const keys = Array.from({ length: count }, (_, digit) => String(digit))
      const routes = await routesOf(
        ['--group', group, '--segments', String(count), '--reducer', 'identity', '--', ...keys],
        { 'pstool.config.json': JSON.stringify(config) },
      )

      expect(routes.map(({ segmentGroup }) => segmentGroup)).toEqual(names)
    },
  )
})

describe.concurrent('route on keys that were found on running Iggy servers', () => {
  const counts = countsIn(iggyKeys[0]!.partition)
  const flags = ['--partitions', counts.join(','), '--partition-reducer', 'xxh32']
  const expected = (keys: readonly IggyKey[]) => keys.map(({ partition }) => partition)

  it('places the bytes of every key in every number of partitions', async () => {
    const file = ndjson(iggyKeys.map(({ bytes_b64 }) => ({ keyBase64: bytes_b64 })))
    const routes = await routesOf(['--keys-from', 'keys.ndjson', ...flags], { 'keys.ndjson': file })

    expect(perKey(routes, iggyKeys.length).map(slotsBy('partitions', 'partition'))).toEqual(
      expected(iggyKeys),
    )
  })

  it.each([
    { kind: 'u32', encoding: 'u32' },
    { kind: 'u64', encoding: 'u64' },
    { kind: 'u128', encoding: 'u128' },
    { kind: 'str', encoding: 'text' },
    { kind: 'bytes', encoding: 'base64' },
  ])('reads $kind keys from arguments', async ({ kind, encoding }) => {
    const keys = iggyKeys.filter((key) => key.kind === kind && !key.value.includes('\0'))
    expect(keys.length).toBeGreaterThan(10)
    const values = keys.map(({ value }) => value)
    const routes = await routesOf(['--key-encoding', encoding, ...flags, '--', ...values])

    expect(perKey(routes, keys.length).map(slotsBy('partitions', 'partition'))).toEqual(
      expected(keys),
    )
  })
})

function slotsBy(
  count: keyof Route['counts'],
  layer: 'partition' | 'segment' | 'virtualPartition',
) {
  return (routes: readonly Route[]) =>
    Object.fromEntries(routes.map((route) => [route.counts[count], route[layer]]))
}

/** A vector as a line of NDJSON: numbers as JSON writes them, however large. */
function recordOf(vector: ReducerCase): string {
  const { type, value, unit, count, decimal, base64, text_in_ruby } = vector
  if (type === 'binary') return `{"keyBase64":${JSON.stringify(base64)}}\n`
  if (type === 'nil') return '{"key":null,"value":"x"}\n'
  if (type === 'bigint') return `{"key":${decimal}}\n`
  if (type === 'float') return `{"key":${JSON.stringify(text_in_ruby)}}\n`
  return `{"key":${JSON.stringify(type === 'string_repeat' ? unit!.repeat(count!) : value)}}\n`
}
