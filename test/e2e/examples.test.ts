import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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
  'segments distribute --plan-out plan.json',
]
const prepared = folderWith({
  'keys.txt': '0\n5\n14\n23\n',
  'backup.csv': 'analytics,user_events,0,90\n',
  'offsets.txt': 'user_events 0 90\n',
  'consumer.ts': 'export default { eachMessage() {} }\n',
  'cluster.json': '{"topics":{"events":{"partitions":1,"messages":[{"key":"a"}]}}}',
})
/** The same after a distribution, with its journal by the names that examples have. */
const distributed = folderWith()
const DISTRIBUTED = /segments (collapse|reset|rescale|restore|resume|status)/

beforeAll(async () => {
  for (const line of preparations) await prepare(line, prepared.path)
  cpSync(prepared.path, distributed.path, { recursive: true })
  await prepare('segments distribute --yes', distributed.path)
  const journals = join(distributed.path, '.pstool', 'journals')
  const journal = join(journals, readdirSync(journals)[0]!)
  copyFileSync(journal, join(journals, 'distribute-analytics.json'))
  copyFileSync(journal, join(distributed.path, 'journal.json'))
})
afterAll(() => {
  prepared[Symbol.dispose]()
  distributed[Symbol.dispose]()
})

async function prepare(line: string, cwd: string): Promise<void> {
  const { stderr, exitCode } = await pstool(line.split(' '), { cwd })
  if (exitCode !== 0) throw new Error(`${line}: ${stderr}`)
}

/** A folder of its own with everything that the example names. */
function folderFor(line: string) {
  const folder = folderWith()
  const from = DISTRIBUTED.test(line) ? distributed : prepared
  cpSync(from.path, folder.path, { recursive: true })
  return folder
}

/** A plan that is about to be applied is shown beside the results, for whoever decides. */
const SHOWS_PLAN =
  /^pstool segments (distribute|collapse|reset|rescale|apply|restore) .*--(yes|force)/

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
    using folder = folderFor(line)
    const made = madeBy[line]
    if (made !== undefined) rmSync(join(folder.path, made))

    const { stdout, stderr, exitCode } = await pstool(words, { cwd: folder.path })
    expect({ stderr, exitCode }).toMatchObject({ exitCode: 0 })
    if (SHOWS_PLAN.test(line)) expect(stderr).not.toMatch(/^Error/m)
    else expect(stderr).toBe('')
    if (!words.includes('--out')) expect(stdout).not.toBe('')
  })

  it.each(onBroker)('%s, as far as a broker', async (line) => {
    using folder = folderFor(line)
    const words = line.replace('localhost:9092', '127.0.0.1:1').split(' ').slice(1)
    const { stderr, exitCode } = await pstool(words, { cwd: folder.path })
    expect(exitCode).toBe(4)
    expect(stderr).toContain('127.0.0.1:1')
  })
})
