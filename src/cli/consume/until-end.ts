import { setTimeout as sleep } from 'node:timers/promises'
import { BrokerError } from '../../errors.ts'
import type { GroupAdmin } from '../../ports/group-admin.ts'

/** What is to be consumed to its end. */
export interface EndOf {
  /** The group, or those of its segments. */
  readonly groups: readonly string[]
  readonly topics: readonly (string | RegExp)[]
  readonly startFrom: 'earliest' | 'latest' | 'fail'
}

const BETWEEN_LOOKS_MS = 150

/** The log's end of each partition with messages, when the run began. */
export type Ends = ReadonlyMap<string, bigint>

/** The ends as of now. @throws BrokerError */
export async function endsOf(admin: GroupAdmin, { topics }: EndOf): Promise<Ends> {
  const patterns = topics.filter((topic) => topic instanceof RegExp)
  const known = patterns.length === 0 ? [] : await admin.topicNames()
  const names = [
    ...topics.filter((topic) => typeof topic === 'string'),
    ...known.filter((name) => patterns.some((pattern) => pattern.test(name))),
  ]
  const { topics: described } = await admin.describeTopics([...new Set(names)])
  return new Map(
    described.flatMap(({ name, partitions }) =>
      partitions.flatMap(({ partition, start, end }): [string, bigint][] =>
        end > start ? [[`${name}#${partition}`, end]] : [],
      ),
    ),
  )
}

/**
 * Resolves when every group has committed up to the ends, whoever of its members did; or when the
 * signal is aborted. A look that the cluster does not answer is followed by another one.
 */
export async function reached(
  admin: GroupAdmin,
  ends: Ends,
  end: EndOf,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (await isReached(admin, ends, end).catch(passedOver)) return
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

function passedOver(error: unknown): false {
  if (error instanceof BrokerError) return false
  throw error
}

async function isReached(
  admin: GroupAdmin,
  ends: Ends,
  { groups, startFrom }: EndOf,
): Promise<boolean> {
  const topics = [...new Set([...ends.keys()].map((place) => place.replace(/#\d+$/, '')))]
  if (topics.length === 0) return true
  const answers = await admin.fetchOffsets(groups, topics)
  return answers.every(({ offsets }) => {
    const committed = new Map(
      offsets.map(({ topic, partition, offset }) => [`${topic}#${partition}`, offset]),
    )
    return [...ends].every(([place, end]) => {
      const offset = committed.get(place)
      // A group that begins at the end has nothing to read there.
      return offset === undefined ? startFrom === 'latest' : offset >= end
    })
  })
}
