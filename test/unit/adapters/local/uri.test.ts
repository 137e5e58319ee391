import { expect, it } from 'vitest'
import { localUriText, parseLocalUri } from '../../../../src/adapters/local/uri.ts'

it.each([
  ['local:cluster.db', 'cluster.db', null],
  ['local:.pstool/demo.db/user_events', '.pstool/demo.db', 'user_events'],
  ['local:/data/a.sqlite3/t.db', '/data/a.sqlite3', 't.db'],
  ['local:../x.sqlite/', '../x.sqlite', null],
  ['local:data/cluster', 'data/cluster', null],
])('%s is file %s, topic %s', (uri, path, topic) => {
  expect(parseLocalUri(uri)).toEqual({ path, topic })
  expect(parseLocalUri(localUriText({ path, topic }))).toEqual({ path, topic })
})

it.each(['local:', 'kafka://a/b', 'cluster.db'])('%s is no such URI', (uri) => {
  expect(() => parseLocalUri(uri)).toThrow(/names no embedded cluster/)
})
