import type { KafkaClusterOptions } from '../options.ts'

/** A consumer's options; durations are in milliseconds. */
export interface KafkaConsumerOptions extends KafkaClusterOptions {
  /** `classic`: members divide partitions themselves; `consumer`: the cluster does (KIP-848). */
  readonly protocol?: 'classic' | 'consumer'
  /**
   * Of the classic protocol: `cooperative-sticky` takes away only what moves, `range` takes
   * everything away before each rebalance. All members of a group need the same one.
   */
  readonly assignor?: 'cooperative-sticky' | 'range'
  /** Makes a static member: it may be gone for the session's time without a rebalance. */
  readonly instanceId?: string
  /** After that long without a heartbeat partitions are given to others. Default 45000. */
  readonly sessionTimeoutMs?: number
  /** Of the classic protocol; KIP-848's brokers say it. Default 3000. */
  readonly heartbeatIntervalMs?: number
  /** How long giving up partitions may take. Default 60000. */
  readonly rebalanceTimeoutMs?: number
  /** How often new topics and partitions are looked for. Default 60000. */
  readonly metadataIntervalMs?: number
  /** Where this consumer is; told to who assigns. */
  readonly rackId?: string
}

export interface SessionSettings {
  readonly protocol: 'classic' | 'consumer'
  readonly assignor: 'cooperative-sticky' | 'range'
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly timeoutMs: number
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly rebalanceTimeoutMs: number
  readonly metadataIntervalMs: number
}

/** Options with what they leave to us. */
export function sessionSettings(options: KafkaConsumerOptions): SessionSettings {
  return {
    protocol: options.protocol ?? 'classic',
    assignor: options.assignor ?? 'cooperative-sticky',
    instanceId: options.instanceId ?? null,
    rackId: options.rackId ?? null,
    timeoutMs: options.timeoutMs ?? 9_000,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 45_000,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 3_000,
    rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
    metadataIntervalMs: options.metadataIntervalMs ?? 60_000,
  }
}
