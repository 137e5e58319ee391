import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { JavaPrograms } from './java.ts'

/** How long the server took for the calls of one connection, from reading them to writing. */
export interface Served {
  readonly answers: number
  readonly medianUs: number
  readonly p99Us: number
}

export interface IoServer {
  readonly port: number
  /** What the connection that was closed last got; waits for the server to say so. */
  served(): Promise<Served>
  stop(): void
}

/** Starts the server that answers late, in a process of its own. */
export async function startIoServer({ java, withKafka }: JavaPrograms): Promise<IoServer> {
  const child = spawn(java, [...withKafka, 'IoServer'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => {
    const line = await lines.next()
    if (line.done) throw new Error('the I/O server ended')
    return JSON.parse(line.value)
  }
  const { port } = await next()
  return { port, served: next, stop: () => child.stdin.end() }
}
