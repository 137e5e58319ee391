import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JavaPrograms } from './java.ts'

/** How long the server took for the calls of one connection, from reading them to writing. */
export interface Served {
  readonly answers: number
  readonly medianUs: number
  readonly p99Us: number
}

export interface IoServer {
  readonly port: number
  /** What the connection that was closed last got, since this was asked before; null: there was none. */
  served(): Promise<Served | null>
  stop(): void
}

/** A connection's end is noticed a little later than the end of its process. */
const NOTICED_WITHIN_MS = 2000

/** Starts the server that answers late, in a process of its own. */
export async function startIoServer({ java, withKafka }: JavaPrograms): Promise<IoServer> {
  const child = spawn(java, [...withKafka, 'IoServer'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)
  const [hello] = await once(lines, 'line')
  let last: Served | null = null
  lines.on('line', (line) => {
    last = JSON.parse(line)
  })
  return {
    port: JSON.parse(hello).port,
    async served() {
      const end = performance.now() + NOTICED_WITHIN_MS
      while (last === null && performance.now() < end) await sleep(10)
      const found = last
      last = null
      return found
    },
    stop: () => child.stdin.end(),
  }
}
