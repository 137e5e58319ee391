import { nearNames } from '../../domain/routing/near-names.ts'
import { BrokerError } from '../../errors.ts'
import type { GroupAdmin } from '../../ports/group-admin.ts'
import type { Runtime } from '../../runtime/create-runtime.ts'
import type { ConsumedCluster } from '../compose-consuming.ts'
import type { ConsumeOrder } from './consume-order.ts'
import { groupNames } from './groups.ts'
import { type EndOf, type Ends, endsOf, reached } from './until-end.ts'

/**
 * Looks at the cluster beside the runtime: whether the topics are there, those of dead letters too,
 * and whether everything was consumed that was there at the start.
 */
export class Lookout {
  private readonly admin: GroupAdmin
  private readonly end: EndOf
  /** null: nobody asks for the end. */
  private readonly ends: Ends | null
  private readonly over = new AbortController()

  private constructor(admin: GroupAdmin, end: EndOf, ends: Ends | null) {
    this.admin = admin
    this.end = end
    this.ends = ends
  }

  /** @throws BrokerError for a topic that is not there: a runtime would wait for it */
  static async open(
    settings: ConsumeOrder['settings'],
    cluster: ConsumedCluster,
    untilEnd: boolean,
  ): Promise<Lookout> {
    const end: EndOf = {
      groups: groupNames(settings),
      topics: settings.topics.map(({ topic }) => topic),
      startFrom: settings.startFrom ?? 'earliest',
    }
    const admin = await cluster.openAdmin()
    try {
      await refuseUnknownTopics(admin, settings)
      return new Lookout(admin, end, untilEnd ? await endsOf(admin, end) : null)
    } catch (error) {
      await admin.close()
      throw error
    }
  }

  /** Calls back when the ends are reached, which they never are where nobody asked. */
  watch(runtime: Runtime, isReached: () => void): void {
    if (this.ends === null) return
    const { signal } = this.over
    const over = () => this.over.abort()
    void runtime.ended.then(over, over)
    void reached(this.admin, this.ends, this.end, signal).then(() => {
      if (!signal.aborted) isReached()
    })
  }

  async close(): Promise<void> {
    this.over.abort()
    await this.admin.close()
  }
}

async function refuseUnknownTopics(
  admin: GroupAdmin,
  { topics }: ConsumeOrder['settings'],
): Promise<void> {
  const all = topics.flatMap(({ topic, deadLetterQueue }) => [topic, deadLetterQueue?.topic])
  const names = all.filter((topic) => typeof topic === 'string')
  const { topics: found, denied } = await admin.describeTopics(names)
  const known = new Set([...found.map(({ name }) => name), ...denied])
  const unknown = names.find((name) => !known.has(name))
  if (unknown === undefined) return
  const near = nearNames(unknown, await admin.topicNames())
  throw new BrokerError('broker.unknown-topic', `the cluster has no topic "${unknown}"`, [
    ...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []),
    'Make it first, or name another one.',
  ])
}
