/** What a worker thread runs: the instances that live in it, one job of each at a time. */
import { registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { errorText } from '../error-text.ts'
import { HeldMessage } from '../held-message.ts'
import type { Instance } from '../instance.ts'
import { offsetNamedBy } from '../message-error.ts'
import { unpacked } from './packed-messages.ts'
import { threadConsumers } from './thread-consumers.ts'
import { ThreadJobContext } from './thread-context.ts'
import {
  type FromThread,
  type Order,
  receivedError,
  sentError,
  type ThreadSetup,
  type ToThread,
  type Wish,
} from './thread-protocol.ts'

const setup = workerData as ThreadSetup
const port = parentPort!
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'pstool') return { url: setup.library, shortCircuit: true }
    const resolved = next(specifier, context)
    // As in the main thread: an ES module, whatever the nearest package.json says.
    const stripped = resolved.url === setup.module && setup.module.endsWith('.ts')
    return stripped ? { ...resolved, format: 'module-typescript' } : resolved
  },
})
const { makeInstance, deserializer } = threadConsumers(
  await import(/* @vite-ignore */ setup.module),
  setup,
)

const instances = new Map<number, Instance>()
const signals = new Map<number, AbortController>()
const asked = new Map<number, PromiseWithResolvers<unknown>>()
let lastAsk = 0

/** Orders wait for each other, so that a mark per message is not a letter per message. */
let pending: { readonly instance: number; readonly orders: Order[] } | null = null

function post(message: FromThread): void {
  flush()
  port.postMessage(message)
}

function flush(): void {
  if (pending === null) return
  port.postMessage({ type: 'order', ...pending } satisfies FromThread)
  pending = null
}

function order(instance: number, each: Order): void {
  if (pending?.instance !== instance) {
    flush()
    pending = { instance, orders: [] }
    setImmediate(flush)
  }
  pending.orders.push(each)
}

function ask(instance: number, wish: Wish): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>()
  const id = ++lastAsk
  asked.set(id, answer)
  post({ type: 'ask', instance, ask: id, wish })
  return answer.promise
}

function instanceOf(id: number): Instance {
  let instance = instances.get(id)
  if (instance === undefined) {
    instance = makeInstance()
    instances.set(id, instance)
    signals.set(id, new AbortController())
  }
  return instance
}

async function consume(message: Extract<ToThread, { type: 'consume' }>): Promise<void> {
  const { call, context: sent, ownership, messages: pack } = message
  const line = {
    order: (each: Order) => order(message.instance, each),
    ask: (wish: Wish) => ask(message.instance, wish),
  }
  let context: ThreadJobContext | null = null
  let error: unknown = null
  try {
    const instance = instanceOf(message.instance)
    const { signal } = signals.get(message.instance)!
    context = new ThreadJobContext(sent, ownership, signal, line)
    const held = unpacked(pack).map(
      (each, index) => new HeldMessage(each, pack.offsets[index]!, deserializer),
    )
    await instance.consume(context, held)
  } catch (thrown) {
    error = thrown ?? new Error(errorText(thrown))
  }
  const failed = offsetNamedBy(error) ?? context?.failed ?? null
  const told = error === null ? null : sentError(error)
  post({ type: 'done', call, error: told, failed, isCut: context?.isCut ?? false })
}

async function runHook({ call, instance, hook }: Extract<ToThread, { type: 'hook' }>) {
  let error: unknown = null
  try {
    await instances.get(instance)?.[hook]()
  } catch (thrown) {
    error = thrown ?? new Error(errorText(thrown))
  }
  instances.delete(instance)
  signals.delete(instance)
  post({
    type: 'done',
    call,
    error: error === null ? null : sentError(error),
    failed: null,
    isCut: false,
  })
}

// What was marked counts, though the thread ends in the middle of a job (O7).
process.on('exit', flush)
port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'consume':
      void consume(message)
      break
    case 'hook':
      void runHook(message)
      break
    case 'abort':
      signals.get(message.instance)?.abort()
      break
    case 'answer': {
      const answer = asked.get(message.ask)
      asked.delete(message.ask)
      if (message.ok) answer?.resolve(message.value)
      else answer?.reject(receivedError(message.error))
    }
  }
})
post({ type: 'ready' })
