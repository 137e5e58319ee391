import { pathToFileURL } from 'node:url'
import { UsageError } from '../../errors.ts'
import type { ConsumedMessage } from '../consumer.ts'
import { errorMessage } from '../error-text.ts'
import type { Instance, JobContext } from '../instance.ts'
import { ConsumerThread, type Resident } from './consumer-thread.ts'
import { buffersOf, packed } from './packed-messages.ts'
import type { SentContext, ThreadSetup } from './thread-protocol.ts'

/** The library as it runs now: sources under test, else what the package exports. */
const LIBRARY = import.meta.url.endsWith('.ts')
  ? new URL('../../index.ts', import.meta.url)
  : new URL(import.meta.resolve('pstool'))
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('./thread-entry.ts', import.meta.url)
  : new URL('./runtime/threads/thread-entry.js', LIBRARY)

/** Where an instance lives, and whether it is told of a revocation. */
interface Home {
  readonly thread: ConsumerThread
  readonly resident: Resident
  hears: boolean
}

/**
 * Worker threads for consumers that compute (`execution: 'threads'`). An instance lives in one
 * thread, the one that had the fewest when it was made; threads start when they are needed.
 */
export class ThreadPool {
  private readonly setup: ThreadSetup
  private readonly size: number
  private threads: ConsumerThread[] = []
  private lastInstance = 0

  constructor(module: { readonly file: string; readonly export: string }, size: number) {
    const { file } = module
    const url = file.startsWith('file:') ? file : pathToFileURL(file).href
    this.setup = { module: url, export: module.export, library: LIBRARY.href }
    this.size = size
  }

  /** The instance of a VP. When its thread dies it begins anew in another one, without its state. */
  makeInstance(): Instance {
    let home = this.newHome()
    const hook = async (which: 'revoked' | 'shutdown') => {
      const { thread, resident } = home
      const { instance } = resident
      // What lived in a thread that died is gone, and cannot be told.
      if (thread.isDead) return
      await thread.call(resident, (call) => ({ type: 'hook', call, instance, hook: which }))
      thread.moveOut(resident)
    }
    return {
      consume: (context, messages) => {
        if (home.thread.isDead) home = this.newHome()
        return consumeAt(home, context, messages)
      },
      revoked: () => hook('revoked'),
      shutdown: () => hook('shutdown'),
    }
  }

  /** Loads the module in a first thread. @throws UsageError where it cannot be used */
  async start(): Promise<void> {
    const { module, export: name } = this.setup
    try {
      await this.quietest().ready
    } catch (cause) {
      const reason = errorMessage(cause)
      throw new UsageError(
        'runtime.bad-module',
        `no thread can consume with ${name} of ${module}: ${reason}`,
        ['Export a class that extends Consumer, or { eachMessage }, or { eachBatch }.'],
        cause,
      )
    }
  }

  /** Ends all threads; what runs in them fails. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()))
    this.threads = []
  }

  private newHome(): Home {
    const thread = this.quietest()
    return { thread, resident: thread.moveIn(++this.lastInstance), hears: false }
  }

  private quietest(): ConsumerThread {
    this.threads = this.threads.filter(({ isDead }) => !isDead)
    if (this.threads.length < this.size) {
      const thread = new ConsumerThread(ENTRY, this.setup)
      this.threads.push(thread)
      return thread
    }
    return this.threads.reduce((least, each) => (each.size < least.size ? each : least))
  }
}

function consumeAt(
  home: Home,
  context: JobContext,
  messages: readonly ConsumedMessage[],
): Promise<void> {
  const { thread, resident } = home
  const { instance } = resident
  resident.context = context
  if (!home.hears) {
    home.hears = true
    const abort = () => thread.post({ type: 'abort', instance })
    context.revocation.addEventListener('abort', abort, { once: true })
  }
  const pack = packed(
    messages,
    messages.map(({ offset }) => Number(offset)),
  )
  const { ownership } = context
  const sent = sentContext(context)
  return thread.call(
    resident,
    (call) => ({ type: 'consume', call, instance, context: sent, messages: pack, ownership }),
    buffersOf(pack),
  )
}

function sentContext(context: JobContext): SentContext {
  const { topic, partition, virtualPartition, segmentId, segmentOrigin } = context
  const { group, collapsed, attempt, marksEach } = context
  return {
    topic,
    partition,
    virtualPartition,
    segmentId,
    segmentOrigin,
    group,
    collapsed,
    attempt,
    marksEach,
  }
}
