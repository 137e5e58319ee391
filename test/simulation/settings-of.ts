import type { Message } from '../../src/domain/model/message.ts'
import type { ConsumerSource } from '../../src/ports/consumer-source.ts'
import type {
  BatchPartitioner,
  ParallelSegmentsSettings,
  RuntimeSettings,
  TopicSettings,
  VirtualPartitionsSettings,
} from '../../src/runtime/settings.ts'
import { keyOf, slotOf, topicsOf } from './routing.ts'
import { BAD_KEY, type Setup, TIMES } from './setup.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { UserCode } from './user-code.ts'
import type { World } from './world.ts'

/** What the process in that place gives to `createRuntime`. */
export function settingsOf(
  { world, clock }: SimulatedProcess,
  place: number,
  source: ConsumerSource,
  userCode: UserCode,
): RuntimeSettings {
  const { setup } = world
  const { maxMessages, maxWaitMs, concurrency, commitIntervalMs, exponential } = setup
  return {
    group: 'g',
    source,
    clock,
    concurrency,
    commitIntervalMs,
    maxMessages,
    maxWaitMs,
    pause: { timeoutMs: TIMES.pauseMs, maxTimeoutMs: TIMES.maxPauseMs, exponential },
    shutdownTimeoutMs: TIMES.shutdownMs,
    revocationTimeoutMs: TIMES.revocationMs,
    topics: topicsOf(setup).map((topic) => topicSettings(topic, world, userCode)),
    ...(setup.segments !== null && { parallelSegments: segmentSettings(setup.segments, place) }),
  }
}

function topicSettings(topic: string, world: World, userCode: UserCode): TopicSettings {
  const { virtual, letters, filter, manual } = world.setup
  return {
    topic,
    ...userCode.handler(),
    manualOffsetManagement: manual,
    ...(virtual !== null && { virtualPartitions: virtualSettings(virtual, world) }),
    ...(letters !== null && {
      deadLetterQueue: {
        topic: letters.skip ? false : 'dead',
        maxRetries: letters.maxRetries,
        independent: letters.independent,
        transactional: letters.transactional,
        markAfterDispatch: letters.markAfterDispatch,
      },
    }),
    ...(filter === 'throttle' && { throttle: TIMES.throttle }),
    ...(filter === 'delay' && { delay: { ageMs: TIMES.delayMs } }),
    ...(filter === 'expire' && { expire: { ageMs: TIMES.expireMs } }),
  }
}

function segmentSettings(
  { count, ids, fails }: NonNullable<Setup['segments']>,
  place: number,
): ParallelSegmentsSettings {
  return {
    count,
    segmentIds: ids[place]!,
    partitioner: (message: Message) => {
      if (fails === 'partitioner') refuseBadKey(keyOf(message))
      return keyOf(message)
    },
    reducer: (key, n) => {
      if (fails === 'reducer') refuseBadKey(key)
      return slotOf(key as string | null, n)
    },
  }
}

function virtualSettings(
  virtual: NonNullable<Setup['virtual']>,
  world: World,
): VirtualPartitionsSettings {
  const { by, maxPartitions, overlap, maxInFlight, metadata, reducerFails } = virtual
  const mayFail = () => {
    if (world.chance.happens(world.faults.partitioner)) throw new Error('partitioner fails')
  }
  if (by === 'groups') {
    return { batchPartitioner: groupsBy(maxPartitions, mayFail), offsetMetadataStrategy: metadata }
  }
  return {
    maxPartitions,
    distribution: by,
    overlap,
    ...(maxInFlight !== null && { maxInFlight }),
    offsetMetadataStrategy: metadata,
    partitioner: (message: Message) => {
      mayFail()
      return keyOf(message)
    },
    reducer: (key, n) => {
      if (reducerFails) refuseBadKey(key)
      return slotOf(key as string | null, n)
    },
  }
}

/** Keys stay together; now and then it loses the order of a group, which is refused (V4). */
function groupsBy(count: number, mayFail: () => void): BatchPartitioner {
  return (messages) => {
    const groups: Message[][] = Array.from({ length: count }, () => [])
    for (const message of messages) groups[slotOf(keyOf(message), count)]!.push(message)
    try {
      mayFail()
    } catch {
      groups[0] = [...groups[0]!].reverse()
      groups[0].push(...messages.slice(0, 1))
    }
    return groups
  }
}

function refuseBadKey(key: unknown): void {
  if (key === BAD_KEY) throw new Error(`no slot for ${key}`)
}
