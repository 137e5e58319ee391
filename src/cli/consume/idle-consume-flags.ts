import { refuseIdle, type TypedFlags } from '../flags/idle-flags.ts'
import type { ConsumeOrder } from './consume-order.ts'

/** Refuses flags that would change nothing with what is consumed. @throws UsageError */
export function refuseIdleConsumeFlags(
  typed: TypedFlags,
  { endpoint, settings }: ConsumeOrder,
): void {
  const topics = Array.isArray(settings.topics) ? settings.topics : []
  const hasSegments = (settings.parallelSegments?.count ?? 1) > 1
  const hasVirtual = topics.some(({ virtualPartitions }) => virtualPartitions !== undefined)
  const hasDeadLetters = topics.some(({ deadLetterQueue }) => deadLetterQueue !== undefined)
  if (!hasSegments) {
    const flags = ['segment-ids', 'merge-key', 'segment-reducer', 'spawn']
    refuseIdle(typed, flags, 'without segments', 'Give --segments N as well.')
  }
  if (!hasVirtual) {
    const flags = ['distribution', 'virtual-partition-reducer']
    refuseIdle(typed, flags, 'without --virtual-partitions', 'Give --virtual-partitions N as well.')
  }
  if (!hasSegments && !hasVirtual) {
    const flags = ['partitioner', 'reducer', 'strategy']
    const ways = 'Give --virtual-partitions N or --segments N as well.'
    refuseIdle(typed, flags, 'without virtual partitions or segments', ways)
  }
  if (!hasDeadLetters) {
    const topic = 'Give --dead-letter-topic NAME as well.'
    refuseIdle(typed, ['max-retries'], 'without dead letters', topic)
  }
  if (!/^kafka:/i.test(endpoint.uri)) {
    const flags = ['protocol', 'instance-id']
    refuseIdle(typed, flags, 'on the embedded cluster: they are about Kafka', 'Leave it out.')
  }
  if (typed.has('source')) {
    refuseIdle(typed, ['topics'], 'with --source, which names a topic', 'Give --cluster instead.')
  }
  if (typed.has('spawn')) {
    const ways = 'Leave one of them out: each process would count by itself.'
    refuseIdle(typed, ['limit'], 'with --spawn', ways)
  }
}
