import type { PartitionRecords } from '../records/batch-walk.ts'
import type { PartitionReading } from './partition-reading.ts'

/** A partition's part of a response. */
export interface FetchedPart {
  readonly reading: PartitionReading
  readonly records: PartitionRecords
  /** Everything before this offset was fetched. */
  readonly after: number
}

/** A response that waits to be handed out; its buffer is used again after `release`. */
export interface Arrival {
  readonly parts: readonly FetchedPart[]
  release(): void
}

/** Responses of all brokers, in the order in which they came. */
export class Arrivals {
  private readonly ready: Arrival[] = []
  private wake: () => void = () => {}
  private isEnded = false
  private error: unknown = null

  push(arrival: Arrival): void {
    this.ready.push(arrival)
    this.wake()
  }

  /** Nothing comes any more. */
  end(): void {
    this.isEnded = true
    this.wake()
  }

  /** What came before is still handed out, then the error is thrown. */
  fail(error: unknown): void {
    this.error = error
    this.end()
  }

  /** The next response, or null after the last one. @throws what `fail` was given */
  async next(): Promise<Arrival | null> {
    while (this.ready.length === 0 && !this.isEnded) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.wake = resolve
      await promise
    }
    const arrival = this.ready.shift()
    if (arrival !== undefined) return arrival
    if (this.error !== null) throw this.error
    return null
  }
}
