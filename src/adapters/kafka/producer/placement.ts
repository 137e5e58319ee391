import type { NewMessage } from '../../../domain/model/cluster.ts'
import { murmur2 } from '../../../domain/routing/hash/murmur2.ts'
import type { KnownPartition } from '../groups/requests/metadata.ts'
import { unknownPartition } from './refusals.ts'

/** Which partition each message of a topic goes to. */
export class Placement {
  private readonly topic: string
  private keyless = 0

  constructor(topic: string) {
    this.topic = topic
  }

  /**
   * The one that the message names; else the one that Kafka's Java client gives its key; without a
   * key those that have a leader, in turn. @throws BrokerError for one that the topic does not have
   */
  partitionOf({ partition, key }: NewMessage, partitions: readonly KnownPartition[]): number {
    const count = partitions.length
    if (partition !== undefined) {
      if (Number.isInteger(partition) && partition >= 0 && partition < count) return partition
      throw unknownPartition(this.topic, partition, count)
    }
    if (key !== null) return (murmur2(key, 0, key.length) & 0x7fffffff) % count
    const led = partitions.filter(({ leader }) => leader !== null)
    return (led[this.keyless++ % led.length] ?? partitions[0]!).partition
  }
}
