import { setTimeout as sleep } from 'node:timers/promises'
import type { GroupAdmin } from '../../../src/ports/group-admin.ts'
import { coordinatorsReady, openGroups } from '../kafka/group-admin.ts'
import { setSessionTimeout } from '../kafka/group-settings.ts'
import { type NewMessage, produce } from '../kafka/produce.ts'
import { createTopic, deleteTopics, OWN_GROUP, uniqueName } from '../kafka/topics.ts'

/** Topics and groups of the tests of one file. */
export class RuntimeTopics implements AsyncDisposable {
  readonly brokers: string
  readonly admin: GroupAdmin
  private readonly topics: string[] = []

  private constructor(brokers: string) {
    this.brokers = brokers
    this.admin = openGroups(brokers)
  }

  static async on(brokers: string): Promise<RuntimeTopics> {
    const topics = new RuntimeTopics(brokers)
    await coordinatorsReady(topics.admin)
    return topics
  }

  group(): string {
    return uniqueName(OWN_GROUP)
  }

  /** Its members are given up after so long, whatever the protocol. */
  async groupWithSession(protocol: 'classic' | 'consumer', ms: number): Promise<string> {
    const group = this.group()
    if (protocol === 'consumer') await setSessionTimeout(this.brokers, group, ms)
    return group
  }

  async topic(purpose: string, partitions = 1): Promise<string> {
    const topic = await createTopic(this.brokers, purpose, { partitions })
    this.topics.push(topic)
    return topic
  }

  /** A topic with so many messages of `key-0`, `key-1`.. in each partition; keys take turns. */
  async filled(purpose: string, partitions: number, perPartition: number, keys = 20) {
    const topic = await this.topic(purpose, partitions)
    await this.append(topic, partitions, perPartition, keys)
    return topic
  }

  async append(topic: string, partitions: number, perPartition: number, keys = 20): Promise<void> {
    const messages: NewMessage[] = []
    for (let partition = 0; partition < partitions; partition++) {
      for (let i = 0; i < perPartition; i++) {
        messages.push({ key: `key-${partition}-${i % keys}`, value: `${i}`, partition })
      }
    }
    await produce(this.brokers, topic, messages)
  }

  /** Messages in the first partition, whose keys are their values. */
  async appendValues(topic: string, values: readonly string[]): Promise<void> {
    await produce(
      this.brokers,
      topic,
      values.map((value) => ({ key: value, value, partition: 0 })),
    )
  }

  /** What a group has committed, by partition; 0 for nothing. */
  async committed(group: string, topic: string, partitions: number): Promise<number[]> {
    const [fetched] = await this.admin.fetchOffsets([group], [topic])
    return Array.from({ length: partitions }, (_, partition) => {
      const found = fetched!.offsets.find((each) => each.partition === partition)
      return found === undefined ? 0 : Number(found.offset)
    })
  }

  /** Waits until each partition is committed to the offset. */
  async untilCommitted(group: string, topic: string, offsets: readonly number[]): Promise<void> {
    for (;;) {
      const committed = await this.committed(group, topic, offsets.length)
      if (committed.join() === offsets.join()) return
      await sleep(50)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.close()
    await deleteTopics(this.brokers, ...this.topics)
  }
}
