import { type Channel, channel } from 'node:diagnostics_channel'
import type { EventName, EventObserver, RuntimeEvents } from '../events.ts'
import { textOfError } from './error-text.ts'
import { EVENT_NAMES } from './event-names.ts'

/** Gets the events of one name; what it gives back is not waited for. */
export type EventListener<N extends EventName> = (event: RuntimeEvents[N]) => unknown

/** A listener that threw, or whose promise was rejected. */
export interface ListenerFailure {
  readonly name: EventName
  readonly error: unknown
}

const FAILURES_KEPT = 20

/** What is called for one name, and the channel of that name; replaced, never changed, by `on` and `off`. */
interface Line {
  readonly channel: Channel
  listeners: readonly EventListener<never>[]
}

/**
 * Hands the events of a runtime to listeners, to observers and to the channels `pstool:<name>` of
 * `node:diagnostics_channel`, in this order and in the order in which they came. A listener or
 * observer that throws disturbs nobody: its error is kept in `failures`, and the first one of each
 * is a process warning. (What a subscriber of a channel throws is an uncaught exception: Node's rule.)
 */
export class RuntimeEventBus {
  private readonly lines: ReadonlyMap<EventName, Line>
  private observers: readonly EventObserver[] = []
  private readonly warned = new WeakSet<object>()
  private readonly kept: ListenerFailure[] = []
  private failed = 0

  constructor() {
    this.lines = new Map(
      EVENT_NAMES.map((name) => [name, { channel: channel(`pstool:${name}`), listeners: [] }]),
    )
  }

  /** Calls the listener for every event of that name; once, however often it is given. @returns ends it */
  on<N extends EventName>(name: N, listener: EventListener<N>): () => void {
    const line = this.line(name)
    if (!line.listeners.includes(listener)) line.listeners = [...line.listeners, listener]
    return () => this.off(name, listener)
  }

  /** The listener gets nothing from the next event on. */
  off<N extends EventName>(name: N, listener: EventListener<N>): void {
    const line = this.line(name)
    line.listeners = line.listeners.filter((one) => one !== listener)
  }

  /** Calls the observer for every event; once, however often it is given. @returns ends it */
  observe(observer: EventObserver): () => void {
    if (!this.observers.includes(observer)) this.observers = [...this.observers, observer]
    return () => {
      this.observers = this.observers.filter((one) => one !== observer)
    }
  }

  /** Whether anybody gets events of that name; where nobody does, none needs to be made. */
  has(name: EventName): boolean {
    if (this.observers.length > 0) return true
    const { listeners, channel } = this.line(name)
    return listeners.length > 0 || channel.hasSubscribers
  }

  /** Tells everybody; an observer itself, so buses can be chained. Never throws. */
  readonly emit: EventObserver = (name, event) => {
    const { listeners, channel } = this.line(name)
    for (const listener of listeners) {
      this.guarded(name, listener, () => listener(event as never))
    }
    for (const observer of this.observers) {
      this.guarded(name, observer, () => observer(name, event))
    }
    if (channel.hasSubscribers) channel.publish(event)
  }

  /** The latest failures of listeners and observers, at most 20, oldest first. */
  get failures(): readonly ListenerFailure[] {
    return this.kept
  }

  /** How many failures there were. */
  get failureCount(): number {
    return this.failed
  }

  private line(name: EventName): Line {
    const line = this.lines.get(name)
    if (line === undefined) throw new TypeError(`a runtime has no event ${name}`)
    return line
  }

  private guarded(name: EventName, whose: object, call: () => unknown): void {
    try {
      const result = call()
      // An asynchronous listener must not end the process by a rejection that nobody handles.
      if (result instanceof Promise) {
        result.catch((error: unknown) => this.keep(name, whose, error))
      }
    } catch (error) {
      this.keep(name, whose, error)
    }
  }

  private keep(name: EventName, whose: object, error: unknown): void {
    this.failed++
    this.kept.push({ name, error })
    if (this.kept.length > FAILURES_KEPT) this.kept.shift()
    if (this.warned.has(whose)) return
    this.warned.add(whose)
    process.emitWarning(`A listener of ${name} threw: ${textOfError(error)}`, {
      type: 'PstoolListenerWarning',
      detail: 'The runtime goes on; further errors of this listener are kept without a warning.',
    })
  }
}
