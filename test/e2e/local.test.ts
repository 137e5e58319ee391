import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'
import { documentFrom } from '../support/e2e/documents.ts'

const topic = (key: string) =>
  JSON.stringify({ topics: { events: { partitions: 3, messages: [{ partition: 2, key }] } } })
const files = { 'one.json': topic('one'), 'two.json': topic('two'), 'wrong.json': '{"topic":{}}' }
const topKeys = async (cwd: string) => {
  const args = ['analyze-keys', '--source', 'local:c.db/events']
  return (await documentFrom<{ topKeys: { key: string }[] }>(args, { cwd })).topKeys
}

describe.concurrent('the embedded cluster', () => {
  it('is not filled twice, unless it is to be replaced', async () => {
    using folder = folderWith(files)
    const at = { cwd: folder.path }
    await documentFrom(['local', 'load', 'one.json', 'local:c.db'], at)
    const refused = await pstool(['local', 'load', 'two.json', 'local:c.db', '--json'], at)
    expect(refused).toMatchObject({ stderr: '', exitCode: 3 })
    expect(await topKeys(folder.path)).toMatchObject([{ key: 'one' }])

    await documentFrom(['local', 'load', 'two.json', 'local:c.db', '--replace'], at)
    expect(await topKeys(folder.path)).toMatchObject([{ key: 'two' }])
  })

  it('stays as it was when a document is wrong', async () => {
    using folder = folderWith(files)
    const at = { cwd: folder.path }
    await documentFrom(['local', 'load', 'one.json', 'local:c.db'], at)
    const before = await pstool(['local', 'dump', 'local:c.db'], at)
    const wrong = await pstool(['local', 'load', 'wrong.json', 'local:c.db', '--replace'], at)
    expect(wrong).toMatchObject({ stdout: '', exitCode: 2 })
    expect(wrong.stderr).toContain('topics')
    expect((await pstool(['local', 'dump', 'local:c.db'], at)).stdout).toBe(before.stdout)
  })

  it('is filled from stdin, and dumped as a table where that is asked for', async () => {
    using folder = folderWith()
    const stdin = topic('a')
    const loaded = await pstool(['local', 'load', '-', 'local:c.db', '--json'], {
      cwd: folder.path,
      stdin,
    })
    expect(documentOf(loaded)).toMatchObject({ topics: { events: { partitions: 3 } } })
    const table = await pstool(['local', 'dump', 'local:c.db', '--format', 'table'], {
      cwd: folder.path,
    })
    expect(table.stdout).toMatch(/events +2 +0 +1 +1\n/)
  })

  it('is read by the messages that the flags select', async () => {
    using folder = folderWith()
    const at = { cwd: folder.path }
    await pstool(['init', '--demo'], at)
    const args = ['sample', '--partitions', '1,3', '--from', '100', '--until', '150']
    const sample = await documentFrom([...args, '--values', '--out', 'part.ndjson'], at)
    expect(sample).toMatchObject({
      messages: 100,
      read: {
        ranges: [
          { partition: 1, from: '100', to: '150', messages: 50 },
          { partition: 3, from: '100', to: '150', messages: 50 },
        ],
      },
    })
    const written = readFileSync(join(folder.path, 'part.ndjson'), 'utf8')
    const offsets = written
      .trimEnd()
      .split('\n')
      .map((line) => Number(JSON.parse(line).offset))
    expect([Math.min(...offsets), Math.max(...offsets), offsets.length]).toEqual([100, 149, 100])
  })
})
