import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalCluster } from '../../src/adapters/local/local-cluster.ts'
import { LocalGroupAdmin } from '../../src/adapters/local/local-group-admin.ts'
import { runWriter } from '../support/local/processes.ts'

/** Long for a process that runs, short for a test that waits for it to end. */
const LEASE_MS = 3000
const PARTITIONS = 4

let directory: string
let path: string
let cluster: LocalCluster

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pstool-processes-'))
  path = join(directory, 'cluster.db')
  cluster = LocalCluster.openOrCreate(path)
  await cluster.createTopic('t', PARTITIONS)
})
afterEach(() => {
  cluster.close()
  rmSync(directory, { recursive: true })
})

/** What was seen by all processes together, and how many messages there are. */
class Progress {
  readonly seen = new Set<string>()
  written = 0
  private whole: (() => void) | null = null

  async append(perPartition: number): Promise<void> {
    const messages = Array.from({ length: perPartition * PARTITIONS }, (_, index) => {
      return { partition: index % PARTITIONS, key: null, value: null }
    })
    this.written += messages.length
    await cluster.append('t', messages)
  }

  see(line: unknown): void {
    const { partition, offset } = line as { partition: number; offset: number }
    this.seen.add(`${partition}@${offset}`)
    if (this.seen.size === this.written) this.whole?.()
  }

  async complete(): Promise<void> {
    if (this.seen.size === this.written) return
    await new Promise<void>((resolve) => {
      this.whole = resolve
    })
  }
}

describe('processes that consume one embedded cluster', () => {
  it('I1, I2, I8: lose nothing when one of them is killed in the middle', async () => {
    const progress = new Progress()
    const speaking = new Set<string>()
    const stop = new Map<string, () => void>()
    let isDoomed = false
    const consumer = (name: string) =>
      runWriter('consume', [path, 'g', `${LEASE_MS}`], (line, kill) => {
        progress.see(line)
        speaking.add(name)
        stop.set(name, kill)
        if (name === 'doomed' && isDoomed) kill()
      })
    const [doomed, survivor] = [consumer('doomed'), consumer('survivor')]
    // Both have partitions, and messages from all of them, once both have said something.
    while (speaking.size < 2) {
      await progress.append(1)
      await sleep(20)
    }
    isDoomed = true
    await progress.append(30)
    expect((await doomed).signal).toBe('SIGKILL')
    await progress.complete()
    stop.get('survivor')!()
    await survivor
    const admin = LocalGroupAdmin.open(path)
    const [group] = await admin.fetchOffsets(['g'], null)
    expect(group!.offsets.map(({ partition }) => partition)).toEqual([0, 1, 2, 3])
    const end = BigInt(progress.written / PARTITIONS)
    for (const { offset } of group!.offsets) expect(offset).toBeLessThanOrEqual(end)
    await admin.close()
  })
})
