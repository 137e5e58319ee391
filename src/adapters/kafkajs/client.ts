/**
 * What is used of kafkajs 2, by shape: `new Kafka(..)` of the application fits, and nothing of the
 * package is imported here.
 */
export interface KafkaJs {
  consumer(config: KafkaJsConsumerConfig): KafkaJsConsumer
  producer(config: KafkaJsProducerConfig): KafkaJsProducer
  admin(): KafkaJsAdmin
}

/** Of what kafkajs takes, that which this source sets or looks at; the rest goes through as it is. */
export interface KafkaJsConsumerConfig {
  groupId: string
  partitionAssigners?: KafkaJsAssigner[]
  heartbeatInterval?: number
  sessionTimeout?: number
  rebalanceTimeout?: number
  metadataMaxAge?: number
  allowAutoTopicCreation?: boolean
  maxWaitTimeInMs?: number
  maxBytesPerPartition?: number
  readUncommitted?: boolean
}

/** Makes an assigner for the consumer whose cluster it is given. */
export type KafkaJsAssigner = AssignerMaker['make']

/** As a method, so that assigners fit which want more of the cluster than is declared here. */
interface AssignerMaker {
  make(config: { cluster: KafkaJsCluster; groupId: string; logger: unknown }): {
    name: string
    version: number
    assign(group: { members: KafkaJsMember[]; topics: string[] }): Promise<KafkaJsShare[]>
    protocol(subscription: { topics: string[] }): { name: string; metadata: Buffer }
  }
}

export interface KafkaJsMember {
  memberId: string
  memberMetadata: Buffer
}

/** A member's partitions, encoded. */
export interface KafkaJsShare {
  memberId: string
  memberAssignment: Buffer
}

/** A consumer's view of the cluster, which kafkajs hands to assigners. */
export interface KafkaJsCluster {
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[]
}

export interface KafkaJsConsumer {
  connect(): Promise<void>
  disconnect(): Promise<void>
  subscribe(subscription: { topics: string[]; fromBeginning?: boolean }): Promise<void>
  run(config: {
    autoCommit: boolean
    partitionsConsumedConcurrently: number
    eachBatchAutoResolve: boolean
    eachBatch: (payload: KafkaJsBatchPayload) => Promise<void>
  }): Promise<void>
  seek(position: { topic: string; partition: number; offset: string }): void
  pause(topics: { topic: string; partitions: number[] }[]): void
  resume(topics: { topic: string; partitions: number[] }[]): void
  commitOffsets(offsets: KafkaJsOffset[]): Promise<void>
  on(
    event: 'consumer.group_join',
    listener: (event: { payload: KafkaJsGroupJoin }) => void,
  ): () => void
  on(event: 'consumer.crash', listener: (event: { payload: KafkaJsCrash }) => void): () => void
  on(
    event: 'consumer.commit_offsets',
    listener: (event: { payload: KafkaJsCommit }) => void,
  ): () => void
  on(
    event: 'consumer.end_batch_process',
    listener: (event: { payload: KafkaJsBatchProcessed }) => void,
  ): () => void
}

export interface KafkaJsGroupJoin {
  memberId: string
  /** Partitions by topic. */
  memberAssignment: Record<string, number[]>
}

export interface KafkaJsCrash {
  error: Error
  restart: boolean
}

export interface KafkaJsCommit {
  topics: { topic: string; partitions: { partition: number; offset: unknown }[] }[]
}

export interface KafkaJsBatchProcessed {
  topic: string
  partition: number
  highWatermark: string
  batchSize: number
  lastOffset: string
}

export interface KafkaJsOffset {
  topic: string
  partition: number
  offset: string
  metadata?: string | null
}

export interface KafkaJsBatchPayload {
  batch: {
    topic: string
    partition: number
    highWatermark: string
    messages: KafkaJsMessage[]
    lastOffset(): string
  }
  resolveOffset(offset: string): void
  heartbeat(): Promise<void>
  /** Whether the batch was fetched before the last seek. */
  isStale(): boolean
}

export interface KafkaJsMessage {
  key: Buffer | null
  value: Buffer | null
  timestamp: string
  offset: string
  headers?: Record<string, KafkaJsHeader | undefined>
}

export type KafkaJsHeader = Buffer | string | (Buffer | string)[]

export interface KafkaJsProducerConfig {
  allowAutoTopicCreation?: boolean
  idempotent?: boolean
  maxInFlightRequests?: number
  transactionalId?: string
}

/** Messages for one topic, as both producers and transactions take them. */
export interface KafkaJsRecord {
  topic: string
  acks: number
  messages: {
    key: Buffer | null
    value: Buffer | null
    headers: Record<string, KafkaJsHeader>
    partition?: number
    timestamp?: string
  }[]
}

export interface KafkaJsProducer {
  connect(): Promise<void>
  disconnect(): Promise<void>
  send(record: KafkaJsRecord): Promise<unknown>
  transaction(): Promise<KafkaJsTransaction>
}

export interface KafkaJsTransaction {
  send(record: KafkaJsRecord): Promise<unknown>
  sendOffsets(offsets: {
    consumerGroupId: string
    topics: { topic: string; partitions: { partition: number; offset: string }[] }[]
  }): Promise<void>
  commit(): Promise<void>
  abort(): Promise<void>
}

export interface KafkaJsAdmin {
  connect(): Promise<void>
  disconnect(): Promise<void>
  listTopics(): Promise<string[]>
  fetchOffsets(request: { groupId: string; topics: string[] }): Promise<
    {
      topic: string
      partitions: { partition: number; offset: string; metadata: string | null }[]
    }[]
  >
  fetchTopicOffsets(topic: string): Promise<{ partition: number; low: string; high: string }[]>
}
