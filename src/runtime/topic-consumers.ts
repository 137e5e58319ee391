import { type InstanceFactory, instancesOf } from './instance.ts'
import type { ResolvedTopic } from './settings/resolved-settings.ts'
import { ThreadPool } from './threads/thread-pool.ts'

/** Makes the consumers of each topic, inline or in threads. */
export class TopicConsumers {
  private readonly concurrency: number
  private readonly factories = new Map<ResolvedTopic, InstanceFactory>()
  private readonly threads: ThreadPool[] = []

  constructor(concurrency: number) {
    this.concurrency = concurrency
  }

  of(topic: ResolvedTopic): InstanceFactory {
    let factory = this.factories.get(topic)
    if (factory === undefined) {
      factory = this.made(topic)
      this.factories.set(topic, factory)
    }
    return factory
  }

  /** Loads the modules of threads. @throws UsageError where one cannot be used */
  async start(topics: readonly ResolvedTopic[]): Promise<void> {
    for (const topic of topics) this.of(topic)
    await Promise.all(this.threads.map((threads) => threads.start()))
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((threads) => threads.close()))
  }

  private made({ handler }: ResolvedTopic): InstanceFactory {
    if (handler.kind !== 'module') return instancesOf(handler)
    const threads = new ThreadPool(handler, this.concurrency)
    this.threads.push(threads)
    return () => threads.makeInstance()
  }
}
