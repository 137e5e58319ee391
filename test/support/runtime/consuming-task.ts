/** What a consuming process does; given to it as JSON. */
export interface ConsumingTask {
  /** As its lines begin; no spaces. */
  readonly name: string
  /** The file that all processes of a test append to. */
  readonly log: string
  readonly brokers: string
  readonly group: string
  readonly topic: string
  readonly protocol: 'classic' | 'consumer'
  /** `class` ends its jobs when its partition is taken away, and marks by itself. */
  readonly handler: 'each-message' | 'class'
  readonly concurrency: number
  /** VPs per partition; 1: none. */
  readonly virtualPartitions: number
  readonly overlap?: boolean
  readonly maxMessages?: number
  readonly commitIntervalMs: number
  /** A message takes up to that long; 0: no time. */
  readonly workMs: number
  readonly instanceId?: string
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs?: number
  readonly timeoutMs?: number
  /** Where messages with the header `POISON` go, in one transaction with the offset, after one retry. */
  readonly deadLetterTopic?: string
}
