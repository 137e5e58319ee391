import { parseArgs } from 'node:util'
import { headline, simulate, story } from '../test/simulation/simulate.ts'

/**
 * The consumer runtime under seeded faults on a clock of its own: `npm run sim -- --seeds 20000`,
 * `--from N` for others, `--seed N --trace` for one with everything that happened. Exit code 1 where
 * a rule was broken; `--all` goes on to the last seed then.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  },
})
const from = integerOf('from', values.seed ?? values.from)
const count = values.seed === undefined ? integerOf('seeds', values.seeds) : 1
const REPORT_EVERY = 1000

let broken = 0
for (let seed = from; seed < from + count; seed++) {
  if (count === 1) console.log(headline(seed))
  const run = await simulate(seed)
  if (values.trace) console.log(run.log.text())
  if (run.violation !== null) {
    if (count > 1) console.log(headline(seed))
    console.log(story(run))
    process.exitCode = 1
    broken++
    if (!values.all) break
  }
  const done = seed - from + 1
  if (done % REPORT_EVERY === 0) console.log(`${done} seeds, ${broken} broken`)
}
if (broken === 0) console.log(`${count} ${count === 1 ? 'seed' : 'seeds'}: every rule held`)

function integerOf(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(`--${name} is ${text}, and must be a whole number`)
  process.exit(2)
}
