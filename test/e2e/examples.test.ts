import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderWith } from '../support/cli/temp-folder.ts'
import { pstool } from '../support/cli.ts'

interface Manifest {
  readonly commands: Readonly<
    Record<string, { readonly id: string; readonly examples?: readonly string[] }>
  >
}
const manifest = JSON.parse(
  readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'),
) as Manifest
const commands = Object.values(manifest.commands)
const examples = commands.flatMap(({ id, examples = [] }) =>
  examples.map((text) =>
    text.replace('<%= config.bin %>', 'pstool').replace('<%= command.id %>', id.replace(':', ' ')),
  ),
)
const [onBroker, alone] = [true, false].map((wanted) =>
  examples.filter((line) => line.includes('kafka://') === wanted),
) as [string[], string[]]

/** Makes every file that an example names, in a folder with the demo's configuration. */
const preparations = [
  'init --demo',
  'sample --limit 50 --out keys.txt.gz',
  'sample --values --out events.ndjson.gz',
  'analyze-keys --only-partitions 0,1 --out monday.json',
  'analyze-keys --only-partitions 2,3 --out tuesday.json',
  'local load cluster.json local:cluster.db',
]
const prepared = folderWith({
  'keys.txt': '0\n5\n14\n23\n',
  'backup.csv': 'analytics,user_events,0,90\n',
  'offsets.txt': 'user_events 0 90\n',
  'cluster.json': '{"topics":{"events":{"partitions":1,"messages":[{"key":"a"}]}}}',
})
beforeAll(async () => {
  for (const line of preparations) {
    const { stderr, exitCode } = await pstool(line.split(' '), { cwd: prepared.path })
    if (exitCode !== 0) throw new Error(`${line}: ${stderr}`)
  }
})
afterAll(() => prepared[Symbol.dispose]())

/** What has to be gone before an example can make it. */
const madeBy: Readonly<Record<string, string>> = {
  'pstool init': 'pstool.config.ts',
  'pstool init --demo': 'pstool.config.ts',
  'pstool local load cluster.json local:cluster.db': 'cluster.db',
}

describe.concurrent('the examples of the help', () => {
  it('are at least two per command', () => {
    expect(commands.length).toBeGreaterThanOrEqual(7)
    expect(commands.filter(({ examples = [] }) => examples.length < 2)).toEqual([])
  })

  it.each(alone)('%s', async (line) => {
    const words = line.split(' ').slice(1)
    using folder = folderWith()
    cpSync(prepared.path, folder.path, { recursive: true })
    const made = madeBy[line]
    if (made !== undefined) rmSync(join(folder.path, made))

    const { stdout, stderr, exitCode } = await pstool(words, { cwd: folder.path })
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    if (!words.includes('--out')) expect(stdout).not.toBe('')
  })

  it.each(onBroker)('%s, as far as a broker', async (line) => {
    using folder = folderWith()
    const words = line.replace('localhost:9092', '127.0.0.1:1').split(' ').slice(1)
    const { stderr, exitCode } = await pstool(words, { cwd: folder.path })
    expect(exitCode).toBe(4)
    expect(stderr).toContain('127.0.0.1:1')
  })
})
