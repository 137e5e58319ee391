import type { TopicPartition } from '../../../domain/model/cluster.ts'
import type { BrokerError } from '../../../errors.ts'
import { unknownTopic } from '../cluster/unknown-topic.ts'
import type { Brokers } from '../groups/brokers.ts'
import type { KnownPartition, KnownTopic } from '../groups/requests/metadata.ts'
import { ERROR } from '../wire/error-codes.ts'
import { topicDenied } from './failures.ts'
import { pause } from './pause.ts'

/** The topics that a group is about, as the cluster has them now. */
export class TopicWatch {
  private readonly brokers: Brokers
  private readonly wanted: readonly (string | RegExp)[]
  /** What other members read, for the one that assigns. */
  private readonly others = new Set<string>()
  private readonly listeners = new Set<() => void>()
  private readonly ids = new Map<string, string>()
  private topics: ReadonlyMap<string, KnownTopic> = new Map()
  private refreshing: Promise<void> | null = null

  constructor(brokers: Brokers, wanted: readonly (string | RegExp)[]) {
    this.brokers = brokers
    this.wanted = wanted
  }

  /** Topics that are subscribed to, ascending: named ones, there or not, and those that match. */
  get names(): readonly string[] {
    const patterns = this.wanted.filter((topic) => typeof topic !== 'string')
    const matching = [...this.topics.values()]
      .filter(({ isInternal, name }) => {
        return !isInternal && patterns.some((pattern) => name.search(pattern) >= 0)
      })
      .map(({ name }) => name)
    return [...new Set([...this.named, ...matching])].sort()
  }

  /** Why named topics cannot be read as of now: they are not there. @throws BrokerError */
  async missing(): Promise<readonly BrokerError[]> {
    const absent = this.named.filter((name) => !this.topics.has(name))
    if (absent.length === 0) return []
    const { topics } = await this.brokers.metadata(null)
    const names = topics.map(({ name }) => name)
    return absent.map((name) => unknownTopic(name, names))
  }

  partition({ topic, partition }: TopicPartition): KnownPartition | undefined {
    const partitions = this.topics.get(topic)?.partitions
    const found = partitions?.[partition]
    return found?.partition === partition
      ? found
      : partitions?.find((known) => known.partition === partition)
  }

  idOf(topic: string): string | undefined {
    return this.topics.get(topic)?.topicId
  }

  /** Also that of a topic which is gone by now. */
  nameOf(topicId: string): string | undefined {
    return this.ids.get(topicId)
  }

  /** How many partitions each of the topics has; those that are not there are left out. */
  counts(topics: Iterable<string>): Map<string, number> {
    const counts = new Map<string, number>()
    for (const name of topics) {
      const topic = this.topics.get(name)
      if (topic !== undefined) counts.set(name, topic.partitions.length)
    }
    return counts
  }

  /** Looks after these topics as well. @throws BrokerError */
  async include(topics: Iterable<string>): Promise<void> {
    const unknown = [...topics].filter((name) => !this.topics.has(name) && !this.others.has(name))
    for (const name of unknown) this.others.add(name)
    if (unknown.length > 0) await this.refresh()
  }

  /** Called after each look at the cluster. */
  onRefresh(listener: () => void): void {
    this.listeners.add(listener)
  }

  /** Asks the cluster; those who ask meanwhile get the same answer. @throws BrokerError */
  async refresh(): Promise<void> {
    this.refreshing ??= this.ask().finally(() => {
      this.refreshing = null
    })
    await this.refreshing
  }

  /** Looks again and again until the signal is aborted. Never rejects. */
  async watch(
    everyMs: number,
    signal: AbortSignal,
    problem: (error: unknown) => void,
  ): Promise<void> {
    for (;;) {
      await pause(everyMs, signal)
      if (signal.aborted) return
      await this.refresh().catch((error: unknown) => {
        if (!signal.aborted) problem(error)
      })
    }
  }

  private get named(): readonly string[] {
    return this.wanted.filter((topic) => typeof topic === 'string')
  }

  private async ask(): Promise<void> {
    const hasPatterns = this.wanted.some((topic) => typeof topic !== 'string')
    const asked = hasPatterns ? null : [...new Set([...this.named, ...this.others])]
    const { topics } = await this.brokers.metadata(asked)
    const denied = topics.find(
      ({ code, name }) => code === ERROR.topicAuthorizationFailed && this.named.includes(name),
    )
    if (denied !== undefined) throw topicDenied(denied.name)
    const there = topics.filter(
      ({ code }) => code === ERROR.none || code === ERROR.leaderNotAvailable,
    )
    for (const { topicId, name } of there) this.ids.set(topicId, name)
    this.topics = new Map(there.map((topic) => [topic.name, topic]))
    for (const listener of this.listeners) listener()
  }
}
