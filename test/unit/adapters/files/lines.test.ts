import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFileSource } from '../../../../src/adapters/files/file-source.ts'
import { READ_ALL } from '../../../../src/domain/model/selection.ts'
import { folderWith } from '../../../support/cli/temp-folder.ts'

describe('the line of a whole message', () => {
  it.each([
    ['keys.txt', 'a\n\nb\nlast', [1, 2, 3, 4]],
    ['a.ndjson', '{"key":"a"}\n\n \n{"key":"b"}\n{"key":"c"}', [1, 4, 5]],
    ['a.csv', 'key,value\na,1\n"b",2\n\n"c\nd",3\ne,4\n', [2, 3, 5, 7]],
  ])('of %s is the one that its record begins at', async (name, text, expected) => {
    using folder = folderWith({ [name]: text })
    const path = join(folder.path, name)
    const source = openFileSource({ path, uri: path, onBadRecord: 'fail' })
    const lines: number[] = []
    for await (const batch of source.read({ ...READ_ALL, content: 'messages' })) {
      for (let row = 0; row < batch.count; row++) lines.push(batch.lineOf!(row))
    }
    expect(lines).toEqual(expected)
  })
})
