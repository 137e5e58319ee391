import { spawn } from 'node:child_process'
import { type Job, jobArguments, type Outcome } from './job.ts'
import type { Peer } from './peers.ts'

/** Starting, joining the group and closing may take so long beside the job itself. */
const BESIDE_MS = 120_000

/**
 * Runs a consumer in a process of its own.
 * @throws Error with what it said, when it fails or does not end
 */
export async function runConsumer(peer: Peer, job: Job): Promise<Outcome> {
  const args = [...peer.args, ...jobArguments(job)]
  const child = spawn(peer.command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: job.seconds * 1000 + BESIDE_MS,
    killSignal: 'SIGKILL',
  })
  let printed = ''
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`${peer.name} ended with ${code ?? 'a signal'}: ${said}`)
  return JSON.parse(printed)
}
