import { describe, expect, it } from 'vitest'
import type { RoutesDocument } from '../../src/domain/routing/routes.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentFrom } from '../support/e2e/documents.ts'

describe.concurrent('route', () => {
  it('keeps the order of its arguments, though keys repeat and equal a flag', async () => {
    using folder = folderWith()
    const { routes } = await documentFrom<RoutesDocument>(
      ['route', '--segments', '5', 'x', '5', 'a', 'x', '5'],
      { cwd: folder.path },
    )
    expect(routes.map(({ key }) => key)).toEqual(['x', '5', 'a', 'x', '5'])
  })

  it('reads keys from stdin where told, repeats and empty keys included', async () => {
    using folder = folderWith()
    const { routes } = await documentFrom<RoutesDocument>(
      ['route', '--keys-from', '-', '--segments', '5'],
      { cwd: folder.path, stdin: '{"key":"b"}\n{"key":""}\n{"key":null}\n{"key":"b"}\n' },
    )
    expect(routes.map(({ key, segment }) => [key, segment])).toEqual([
      ['b', 3],
      ['', 0],
      [null, 0],
      ['b', 3],
    ])
  })

  it('gives a route per combination of counts, and no partition to a message without a key', async () => {
    using folder = folderWith({ 'keys.ndjson': '{"key":"z"}\n{"key":null}\n' })
    const { routes } = await documentFrom<RoutesDocument>(
      [
        ...['route', '--keys-from', 'keys.ndjson', '--partitions', '2,3'],
        ...['--segments', '4,5', '--partition-reducer', 'crc32'],
      ],
      { cwd: folder.path },
    )
    expect(routes.map(({ key, partition, segment }) => [key, partition, segment])).toEqual([
      ['z', 1, 2],
      ['z', 1, 2],
      ['z', 2, 2],
      ['z', 2, 2],
      [null, undefined, 0],
      [null, undefined, 0],
      [null, undefined, 0],
      [null, undefined, 0],
    ])
    expect(routes.slice(0, 4).map(({ counts }) => [counts.partitions, counts.segments])).toEqual([
      [2, 4],
      [2, 5],
      [3, 4],
      [3, 5],
    ])
  })
})
