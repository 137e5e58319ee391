/** What a user waits before anything happens: `--help` and `--version` against bare Node. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { median } from './measure.ts'
import { table } from './table.ts'

const ROUNDS = 20
const GOAL_MS = 150
const run = join(import.meta.dirname, '../bin/run.js')
const commands = {
  'node -e 0': ['-e', '0'],
  'pstool --version': [run, '--version'],
  'pstool --help': [run, '--help'],
}

function milliseconds(args: readonly string[]): number {
  const start = performance.now()
  execFileSync(process.execPath, args, { stdio: 'ignore' })
  return performance.now() - start
}

const taken = Object.entries(commands).map(([name, args]) => ({ name, args, ms: [] as number[] }))
for (const { args } of taken) milliseconds(args)
for (let round = 0; round < ROUNDS; round++)
  for (const { args, ms } of taken) ms.push(milliseconds(args))

const bare = median(taken[0]!.ms)
const rows = taken.map(({ name, ms }, index) => {
  const over = median(ms) - bare
  const verdict = index === 0 ? '' : `${over <= GOAL_MS ? 'met' : 'MISSED'} (${GOAL_MS})`
  return [name, median(ms).toFixed(0), over.toFixed(0), verdict]
})
process.stdout.write(table([['', 'median ms', 'over node', 'goal'], ...rows]))
