import { Worker } from 'node:worker_threads'
import type { JobContext } from '../instance.ts'
import {
  type Answer,
  type FromThread,
  type Order,
  receivedError,
  sentError,
  type ThreadSetup,
  type ToThread,
  type Wish,
} from './thread-protocol.ts'

/** An instance that lives in the thread. What it orders after its job has ended counts as before. */
export interface Resident {
  readonly instance: number
  /** Of its last job; null before the first. */
  context: JobContext | null
  /** Gives back the partition's mutex, oldest first (L2). */
  readonly held: (() => void)[]
}

/** A job or a hook that runs in the thread. */
interface Call {
  readonly resident: Resident
  readonly end: PromiseWithResolvers<void>
}

/** One worker thread and what runs in it. A thread that dies fails its calls, and is not used again. */
export class ConsumerThread {
  private readonly worker: Worker
  private readonly residents = new Map<number, Resident>()
  private readonly calls = new Map<number, Call>()
  private readonly started = Promise.withResolvers<void>()
  private lastCall = 0
  private death: Error | null = null

  constructor(entry: URL, setup: ThreadSetup) {
    this.worker = new Worker(entry, { workerData: setup })
    // Who does not ask hears of it by its calls.
    this.started.promise.catch(() => undefined)
    this.worker.on('message', (message: FromThread) => this.receive(message))
    let cause: Error | null = null
    this.worker.on('error', (error: Error) => {
      cause = error
    })
    // Always comes, and last: what the thread had marked has arrived by then.
    this.worker.on('exit', (code) =>
      this.die(cause ?? new Error(`a consumer thread ended with code ${code}`)),
    )
  }

  /** Resolves when its module is loaded. @throws what loading it threw */
  get ready(): Promise<void> {
    return this.started.promise
  }

  get isDead(): boolean {
    return this.death !== null
  }

  /** How many instances live in it. */
  get size(): number {
    return this.residents.size
  }

  moveIn(instance: number): Resident {
    const resident: Resident = { instance, context: null, held: [] }
    this.residents.set(instance, resident)
    return resident
  }

  moveOut({ instance }: Resident): void {
    this.residents.delete(instance)
  }

  /** Sends work; resolves when it has ended, rejects with what it threw. */
  call(
    resident: Resident,
    message: (call: number) => ToThread,
    transfer: ArrayBuffer[] = [],
  ): Promise<void> {
    if (this.death !== null) return Promise.reject(this.death)
    const id = ++this.lastCall
    const call: Call = { resident, end: Promise.withResolvers<void>() }
    this.calls.set(id, call)
    this.worker.postMessage(message(id), transfer)
    return call.end.promise
  }

  post(message: ToThread): void {
    if (this.death === null) this.worker.postMessage(message)
  }

  async terminate(): Promise<void> {
    await this.worker.terminate()
  }

  private receive(message: FromThread): void {
    switch (message.type) {
      case 'ready':
        this.started.resolve()
        break
      case 'order': {
        const context = this.residents.get(message.instance)?.context ?? null
        for (const each of message.orders) carryOut(context, each)
        break
      }
      case 'ask':
        void this.grant(this.residents.get(message.instance), message.ask, message.wish)
        break
      case 'done':
        this.done(message)
    }
  }

  private done({ call: id, error, failed, isCut }: Extract<FromThread, { type: 'done' }>): void {
    const call = this.calls.get(id)
    if (call === undefined) return
    this.calls.delete(id)
    const { context } = call.resident
    if (failed !== null) context?.failedAtOffset(failed)
    if (isCut) context?.cutShort()
    if (error === null) call.end.resolve()
    else call.end.reject(receivedError(error))
  }

  private async grant(resident: Resident | undefined, ask: number, wish: Wish): Promise<void> {
    let answer: Answer
    try {
      if (resident === undefined) throw new Error('the consumer has ended')
      answer = { ok: true, value: await granted(resident, wish) }
    } catch (error) {
      answer = { ok: false, error: sentError(error) }
    }
    this.post({ type: 'answer', ask, ...answer })
  }

  private die(error: Error): void {
    if (this.death !== null) return
    this.death = error
    this.started.reject(error)
    for (const { held } of this.residents.values()) for (const release of held) release()
    for (const { end } of this.calls.values()) end.reject(error)
    this.calls.clear()
    this.residents.clear()
  }
}

function carryOut(context: JobContext | null, order: Order): void {
  switch (order.type) {
    case 'mark':
      context?.markAt(order.offset, order.metadata)
      break
    case 'collapse':
      context?.collapseUntil(order.until)
      break
    case 'pause':
      context?.pause(order.offset, order.ms)
      break
    case 'seek':
      context?.seek(order.offset)
  }
}

async function granted({ context, held }: Resident, wish: Wish): Promise<unknown> {
  if (context === null) throw new Error('the consumer has no job yet')
  switch (wish.type) {
    case 'mark-now':
      return context.markAt(wish.offset, wish.metadata) && (await context.commitNow())
    case 'produce':
      return context.produce(wish.topic, wish.message)
    case 'leave':
      held.shift()?.()
      return undefined
    case 'enter': {
      const entered = Promise.withResolvers<void>()
      void context.synchronize(() => {
        const { promise, resolve } = Promise.withResolvers<void>()
        held.push(resolve)
        entered.resolve()
        return promise
      })
      return entered.promise
    }
  }
}
