import { type ConsumedMessage, Consumer, type ConsumerContext } from '../../src/runtime/consumer.ts'
import { MessageError } from '../../src/runtime/message-error.ts'
import type { TopicSettings } from '../../src/runtime/settings.ts'
import { never } from './faulty-source.ts'
import { TIMES } from './setup.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** Waits between the steps of user code; code that gives none is synchronous. */
type Steps = Generator<Promise<unknown>, void>

/** A call as the code in it knows it. */
interface Running {
  readonly call: number
  readonly context: ConsumerContext
  hasReturned: boolean
}

/** The consumers of one process: they work, fail, mark, pause, seek and collapse by chance. */
export class UserCode {
  private readonly process: SimulatedProcess
  /** A context is of one ownership, be it a job's or an instance's. */
  private readonly ownerships = new WeakMap<ConsumerContext, number>()
  private readonly jobs = new WeakMap<ConsumerContext, number>()

  constructor(process: SimulatedProcess) {
    this.process = process
  }

  /** What a topic has for a consumer. */
  handler(): Pick<TopicSettings, 'consumer' | 'eachMessage' | 'eachBatch'> {
    switch (this.process.world.setup.handler) {
      case 'class':
        return { consumer: consumerClass(this, this.process) }
      case 'each-message':
        return { eachMessage: (message, context) => this.call([message], context, null) }
      case 'each-batch':
        return { eachBatch: (messages, context) => this.call(messages, context, null) }
    }
  }

  call(
    messages: readonly ConsumedMessage[],
    context: ConsumerContext,
    instance: number | null,
  ): void | Promise<void> {
    if (this.process.isDead) return never()
    const steps = this.work(messages, this.entered(messages, context, instance))
    const first = steps.next()
    return first.done ? undefined : goOn(steps, first.value)
  }

  private *work(messages: readonly ConsumedMessage[], running: Running): Steps {
    const { process } = this
    const { call } = running
    const done: ConsumedMessage[] = []
    try {
      for (const message of messages) {
        if (this.leavesRest(message, running)) break
        process.note({ kind: 'seen', call, offset: Number(message.offset) })
        yield* this.takeTime()
        if (this.hasHeeded(running)) break
        this.mayThrow(message)
        process.note({ kind: 'done', call, offset: Number(message.offset) })
        done.push(message)
        yield* this.afterEach(message, running)
      }
      yield* this.atEnd(done, running)
    } catch (error) {
      const named = error instanceof MessageError ? Number(error.offset) : null
      const { group, topic, partition } = running.context
      const ownership = this.ownerships.get(running.context)!
      process.callThrew(group, { topic, partition }, ownership)
      process.note({
        kind: 'threw',
        call,
        named: this.isEach ? Number(messages[0]!.offset) : named,
      })
      throw error
    }
    running.hasReturned = true
    process.note({ kind: 'returned', call, named: null })
  }

  private entered(
    messages: readonly ConsumedMessage[],
    context: ConsumerContext,
    instance: number | null,
  ): Running {
    const { process } = this
    const { world } = process
    const { group, topic, partition } = context
    const ownership =
      this.ownerships.get(context) ?? process.ownershipOf(group, { topic, partition }) ?? -1
    this.ownerships.set(context, ownership)
    const call = ++world.calls
    const job = this.isEach ? (this.jobs.get(context) ?? ++world.jobs) : ++world.jobs
    this.jobs.set(context, job)
    const { virtualPartition, collapsed, attempt, segmentId } = context
    process.note({
      kind: 'call',
      call,
      job,
      process: process.name,
      ownership,
      virtualPartition,
      instance,
      collapsed,
      attempt,
      segmentId,
      offsets: messages.map(({ offset }) => Number(offset)),
    })
    // A class is its own context, and is another job's when this one is over.
    return { call, context, hasReturned: false }
  }

  private *takeTime(): Steps {
    const { process } = this
    const { chance, faults, setup } = process.world
    if (chance.happens(faults.crashInside)) process.crash()
    if (process.isDead) yield never()
    const slowMs = chance.happens(faults.slow) ? chance.integer(300, 3000) : 0
    const ms = slowMs + Math.max(0, setup.workMs)
    if (ms > 0) yield process.clock.sleep(ms)
    else if (setup.workMs < 0) yield Promise.resolve()
    if (process.isDead) yield never()
  }

  private mayThrow(message: ConsumedMessage): void {
    const { world } = this.process
    if (!world.fails(message)) return
    const error = new Error('user code fails')
    throw world.setup.namesMessages && !this.isEach ? new MessageError(message, error) : error
  }

  /** A batch consumer pauses or seeks at a message that it leaves undone, as documented. */
  private leavesRest(message: ConsumedMessage, running: Running): boolean {
    if (this.hasHeeded(running)) return true
    if (this.isEach) return false
    return this.mayAsk(message, running.call, running.context)
  }

  /** At the signal everyone may leave the rest undone, what has begun too (O7). */
  private hasHeeded({ context }: Running): boolean {
    return this.process.world.setup.heeds && context.revokedSignal.aborted
  }

  private *afterEach(message: ConsumedMessage, running: Running): Steps {
    const { chance, faults, setup } = this.process.world
    const { call, context } = running
    const marking = this.isEach && setup.manual && setup.marking === 'some' ? 'each' : setup.marking
    const isMarked = marking === 'each' || (marking === 'some' && chance.happens(0.3))
    if (isMarked) this.mark(message, running)
    if (marking === 'now' && chance.happens(0.2)) yield* this.markNow(message, running)
    if (chance.happens(faults.collapse)) {
      const offset = Number(message.offset) + chance.integer(0, chance.pick([20, 80]))
      this.process.note({ kind: 'asked', what: 'collapse', call, offset })
      context.collapseUntil(offset)
    }
    if (this.isEach) this.mayAsk(message, call, context)
  }

  private mayAsk(message: ConsumedMessage, call: number, context: ConsumerContext): boolean {
    const { chance, faults } = this.process.world
    const here = Number(message.offset)
    if (chance.happens(faults.pause)) {
      this.process.note({ kind: 'asked', what: 'pause', call, offset: here })
      context.pause(here, chance.integer(0, 300))
      return true
    }
    if (!chance.happens(faults.seek)) return false
    const offset = Math.max(0, here - chance.pick([0, 0, 1, 5, 20]))
    this.process.note({ kind: 'asked', what: 'seek', call, offset })
    context.seek(offset)
    return true
  }

  private *atEnd(done: readonly ConsumedMessage[], running: Running): Steps {
    const { setup, chance } = this.process.world
    const last = done.at(-1)
    if (last === undefined) return
    if (setup.marking === 'now') yield* this.markNow(last, running)
    else if (setup.marking === 'late') void this.markLate(last, running, chance.integer(0, 600))
    else if (setup.manual && !this.isEach) this.mark(last, running)
  }

  private mark(message: ConsumedMessage, { call, context, hasReturned: late }: Running): void {
    const { process } = this
    const offset = Number(message.offset)
    const metadata = process.world.chance.happens(0.5) ? `m${offset}` : undefined
    const ok = context.markAsConsumed(message, metadata)
    process.note({ kind: 'marked', call, offset, ok, late, now: false })
  }

  private *markNow(message: ConsumedMessage, { call, context }: Running): Steps {
    const { process } = this
    const offset = Number(message.offset)
    process.note({ kind: 'marking', call, offset })
    const answer = context.markAsConsumedNow(message)
    let ok = false
    yield answer.then((is) => {
      ok = is
    })
    if (process.isDead) yield never()
    process.note({ kind: 'marked', call, offset, ok, late: false, now: true })
  }

  private async markLate(message: ConsumedMessage, running: Running, ms: number): Promise<void> {
    await this.process.clock.sleep(ms)
    if (!this.process.isDead) this.mark(message, running)
  }

  private get isEach(): boolean {
    return this.process.world.setup.handler === 'each-message'
  }
}

function consumerClass(code: UserCode, process: SimulatedProcess): new () => Consumer {
  const { world } = process
  const hook = async (kind: 'revoked' | 'shutdown', instance: number) => {
    process.note({ kind: 'hook', process: process.name, instance, hook: kind })
    if (world.chance.happens(world.faults.slow)) await process.clock.sleep(TIMES.revocationMs / 2)
    if (world.chance.happens(world.faults.throws)) throw new Error('hook fails')
  }
  return class Orders extends Consumer {
    private readonly id = ++world.instances

    consume(): void | Promise<void> {
      return code.call(this.messages, this, this.id)
    }
    override revoked(): Promise<void> {
      return hook('revoked', this.id)
    }
    override shutdown(): Promise<void> {
      return hook('shutdown', this.id)
    }
  }
}

async function goOn(steps: Steps, first: Promise<unknown>): Promise<void> {
  let waiting = first
  for (;;) {
    await waiting
    const next = steps.next()
    if (next.done) return
    waiting = next.value
  }
}
