/**
 * How exact and how fast the I/O server is: `io-probe.ts PORT SLOTS DELAY_MS SECONDS` calls it from
 * so many loops at once, and prints answers per second and how long they took.
 */
import { performance } from 'node:perf_hooks'
import { IoClient } from './io-client.ts'

const [port, slots, delayMs, seconds] = process.argv.slice(2).map(Number)
if (seconds === undefined) throw new Error('PORT SLOTS DELAY_MS SECONDS')
const io = await IoClient.open(port!, delayMs!)
const taken: number[] = []
const end = performance.now() + seconds * 1000

async function loop(): Promise<void> {
  for (let start = performance.now(); start < end; ) {
    await io.call()
    const now = performance.now()
    taken.push(now - start)
    start = now
  }
}

await Promise.all(Array.from({ length: slots! }, loop))
io.close()
taken.sort((a, b) => a - b)
const quantile = (share: number) =>
  Number(taken[Math.floor((taken.length - 1) * share)]!.toFixed(3))
const { user, system } = process.cpuUsage()
const figures = {
  ...{ slots, delayMs, perSecond: Math.round(taken.length / seconds) },
  ...{ least: taken[0], median: quantile(0.5), p99: quantile(0.99) },
  cpuUs: Number(((user + system) / taken.length).toFixed(2)),
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
