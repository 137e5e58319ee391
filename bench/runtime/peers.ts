import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { JavaPrograms } from './java.ts'
import type { Job } from './job.ts'
import type { Row } from './rows.ts'

/** Who consumes, and how its job differs from everyone's. */
export interface Peer {
  readonly name: string
  readonly command: string
  /** Up to the job's. */
  readonly args: readonly string[]
  readonly job: Partial<Job>
  /** Whether it commits what it has done. */
  readonly commits: boolean
}

export const PSTOOL = 'pstool'
export const PSTOOL_OVERLAP = 'pstool overlap'
export const PARALLEL_CONSUMER = 'Parallel Consumer'
export const BUFFERED_PARALLEL_CONSUMER = 'Parallel Consumer buffered'
export const BARRIER_POOL = 'Java barrier pool'
export const SEQUENTIAL = 'Java sequential'
export const BARE_LOOP = 'bare Node loop'

/** The sequential one goes at one pace: it need not come to the end. */
const SEQUENTIAL_SECONDS = 5
const RUNTIME = join(import.meta.dirname, '../../src/runtime/create-runtime.ts')

/** What may be tuned. */
export interface Tuning {
  /** Virtual partitions per assigned partition and slot, of pstool with overlap. */
  readonly vpsPerWorker: number
  /** `messageBufferSize` of the buffered Parallel Consumer. */
  readonly buffer: number
}

/** Everyone who is measured in a row, pstool first; it is left out where it has no runtime yet. */
export function peersFor(row: Row, programs: JavaPrograms, tuning: Tuning): Peer[] {
  const node = (file: string, name: string, commits: boolean, job: Partial<Job> = {}): Peer => {
    const args = [join(import.meta.dirname, file)]
    return { name, command: process.execPath, args, job, commits }
  }
  const java = (name: string, main: string, flags: readonly string[], job: Partial<Job> = {}) => ({
    ...{ name, command: programs.java, args: [...flags, main], job, commits: true },
  })
  const { withKafka, withParallelConsumer } = programs
  const { vpsPerWorker, buffer } = tuning
  const own = [
    node('pstool-consumer.ts', PSTOOL, true),
    node('pstool-consumer.ts', PSTOOL_OVERLAP, true, {
      overlap: 1,
      virtualPartitions: vpsPerWorker * row.concurrency,
    }),
  ]
  return [
    ...(existsSync(RUNTIME) ? own : []),
    java(PARALLEL_CONSUMER, 'ParallelConsumerPeer', withParallelConsumer),
    java(BUFFERED_PARALLEL_CONSUMER, 'ParallelConsumerPeer', withParallelConsumer, { buffer }),
    java(BARRIER_POOL, 'BarrierPool', withKafka),
    java(SEQUENTIAL, 'BarrierPool', withKafka, { concurrency: 1, seconds: SEQUENTIAL_SECONDS }),
    node('bare-loop.ts', BARE_LOOP, false),
  ]
}
