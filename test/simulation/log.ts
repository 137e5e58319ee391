/** A partition as a group sees it. */
export interface Seat {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

/** A call of user code: one message at a time, or the messages of a job together. */
export interface Call {
  /** From 1, over the whole run. */
  readonly call: number
  /** Calls of one job share it: `eachMessage` has one call per message. */
  readonly job: number
  readonly process: string
  readonly ownership: number
  readonly virtualPartition: number
  /** Of the consumer class; null for functions. */
  readonly instance: number | null
  readonly collapsed: boolean
  readonly attempt: number
  readonly segmentId: number | null
  readonly offsets: readonly number[]
}

/** What happened, in the order in which it did. Everything that the checkers know. */
export type Entry = { readonly at: number } & (
  | { readonly kind: 'started'; readonly process: string; readonly concurrency: number }
  | { readonly kind: 'crashed' | 'stopping' | 'stopped'; readonly process: string }
  | {
      readonly kind: 'appended'
      readonly topic: string
      readonly partition: number
      readonly offset: number
      readonly key: string | null
    }
  | {
      readonly kind: 'removed'
      readonly topic: string
      readonly partition: number
      readonly offset: number
    }
  | ({
      readonly kind: 'assigned'
      readonly process: string
      readonly ownership: number
      readonly segmentId: number | null
      readonly position: number
    } & Seat)
  | { readonly kind: 'revoking'; readonly ownership: number }
  | {
      readonly kind: 'ended'
      readonly ownership: number
      readonly how: 'revoked' | 'lost' | 'left' | 'crashed'
    }
  /** A batch was fetched; `handedOut` messages of it go to user code. */
  | {
      readonly kind: 'batch'
      readonly ownership: number
      readonly handedOut: number
      readonly next: number
      readonly collapsed: boolean
    }
  | ({ readonly kind: 'call' } & Call)
  | { readonly kind: 'seen' | 'done'; readonly call: number; readonly offset: number }
  | {
      readonly kind: 'returned' | 'threw'
      readonly call: number
      /** The message that the error names; null where there is none. */
      readonly named: number | null
    }
  | {
      readonly kind: 'marked'
      readonly call: number
      readonly offset: number
      /** What the runtime answered. */
      readonly ok: boolean
      /** Whether the call had returned before. */
      readonly late: boolean
      /** Whether it was to be committed at once. */
      readonly now: boolean
    }
  /** A mark that is to be committed at once was given; `marked` is the answer. */
  | { readonly kind: 'marking'; readonly call: number; readonly offset: number }
  | {
      readonly kind: 'asked'
      readonly what: 'pause' | 'seek' | 'collapse'
      readonly call: number
      readonly offset: number
    }
  | {
      readonly kind: 'paused'
      readonly ownership: number
      readonly reason: string
      readonly ms: number
    }
  /** It stands at the cluster, whatever the runtime was told. */
  | { readonly kind: 'committed'; readonly ownership: number; readonly offset: number }
  /** What the injector did to a request of the process. */
  | {
      readonly kind: 'fault'
      readonly process: string
      readonly group: string
      readonly what: string
    }
  /** Written to the topic of dead letters, whatever the runtime was told. */
  | {
      readonly kind: 'letter'
      readonly ownership: number
      readonly offset: number
      readonly attempts: number
      /** Whether it is the message, byte for byte, and says where from (D4). */
      readonly isComplete: boolean
      /** Whether the partition was ours when it was sent (D7). */
      readonly wasOurs: boolean
    }
  /** The runtime says that the message was given up; `written`: or skipped. */
  | {
      readonly kind: 'given-up'
      readonly ownership: number
      readonly offset: number
      readonly written: boolean
    }
  | {
      readonly kind: 'hook'
      readonly process: string
      readonly instance: number
      readonly hook: 'revoked' | 'shutdown'
    }
  | {
      readonly kind: 'error'
      readonly process: string
      readonly type: string
      readonly text: string
    }
  /** No faults from now on. */
  | { readonly kind: 'quiet' }
  | { readonly kind: 'drained'; readonly ok: boolean; readonly steps: number }
)

type Kind = Entry['kind']
/** The entry of one kind. */
export type Of<K extends Kind> = Extract<Entry, { kind: K }>
type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never

/** Notes what happens, with the time. */
export class Log {
  readonly entries: Entry[] = []
  private readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  add(entry: Untimed<Entry>): void {
    this.entries.push({ at: this.now(), ...entry } as Entry)
  }

  /** The same for the same run, to the byte. */
  text(): string {
    return this.entries.map((entry) => JSON.stringify(entry)).join('\n')
  }
}
