import type { SecuredKafka } from './access.ts'

/** A broker for the tests, whichever way it was found. */
export interface StartedKafka {
  readonly plaintext: string
  readonly secured: SecuredKafka | null
  /** Id of the container that it runs in, else null. */
  readonly container: string | null
  stop(): Promise<void>
}
