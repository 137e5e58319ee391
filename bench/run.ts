/**
 * All benchmarks in one command: `npm run bench`. A name runs one of them, and what follows the
 * name goes to it: `npm run bench -- analyze --records 20000000 --rounds 3`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const file = (name: string) => join(import.meta.dirname, `${name}.ts`)
const all = ['startup', 'files', 'sketches', 'kafka-read', 'analyze', 'segments', 'runtime'].filter(
  (name) => existsSync(file(name)),
)

const [wanted, ...args] = process.argv.slice(2)
if (wanted !== undefined && !all.includes(wanted)) {
  process.stderr.write(`No benchmark "${wanted}". There are: ${all.join(', ')}\n`)
  process.exit(2)
}
for (const name of wanted === undefined ? all : [wanted]) {
  process.stdout.write(`\n== ${name}\n`)
  const { status } = spawnSync(process.execPath, [file(name), ...args], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
