import fc from 'fast-check'
import type { ConsumeTraceDocument } from '../../../src/domain/model/consume-trace.ts'
import type { ConsumptionDocument } from '../../../src/domain/model/consumption.ts'
import type {
  ErrorType,
  EventName,
  EventObserver,
  RuntimeEvents,
} from '../../../src/runtime/events.ts'
import { ConsumptionCounts } from '../../../src/runtime/watching/consumption-counts.ts'
import { TraceRecorder } from '../../../src/runtime/watching/trace-recorder.ts'
import { anyText } from '../arbitrary-documents.ts'

/** An event with its name, of any kind: also in an order that no runtime would have. */
export type AnyEvent = { [N in EventName]: readonly [N, RuntimeEvents[N]] }[EventName]

/** Gives events to an observer, one by one. */
export function tell(observe: EventObserver, events: readonly AnyEvent[]): void {
  for (const [name, event] of events) observe(name, event as never)
}

const offset = fc.nat(1000)
const at = fc.nat(10_000)
/** Events of one run are about few partitions, else none would meet another. */
function mostly<A, B>(usual: A, other: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
}

const place = {
  group: mostly('g', anyText),
  segmentId: mostly(null, fc.nat(1)),
  topic: mostly('t', anyText),
  partition: fc.nat(1),
}
const job = {
  ...place,
  virtualPartition: fc.nat(6),
  worker: fc.nat(4),
  messages: fc.integer({ min: 1, max: 50 }),
  firstOffset: offset,
  lastOffset: offset,
  collapsed: fc.boolean(),
  attempt: fc.integer({ min: 1, max: 4 }),
  at,
}
const errorTypes: readonly ErrorType[] = [
  'consumer.consume.error',
  'offsets.commit.error',
  'source.error',
]
const fields: { readonly [N in EventName]: fc.Arbitrary<RuntimeEvents[N]> } = {
  'runtime.started': fc.record({ group: place.group, concurrency: fc.nat(9), at }),
  'runtime.stopped': fc.record({ group: place.group, at }),
  'partition.assigned': fc.record({ ...place, position: offset, at }),
  'partition.revoked': fc.record({
    ...place,
    reason: fc.constantFrom('taken', 'lost', 'stopped'),
    at,
  }),
  'batch.polled': fc.record({
    ...place,
    ...{ messages: fc.nat(50), dropped: fc.nat(5), excluded: fc.nat(5), collapsed: fc.boolean() },
    ...{ next: offset, end: offset, at },
  }),
  'job.started': fc.record(job),
  'job.finished': fc.record({ ...job, ok: fc.boolean(), ms: fc.nat(3000), done: fc.nat(50) }),
  'partition.paused': fc.record({
    ...place,
    reason: fc.constantFrom('failure', 'user', 'dead-letter', 'throttle', 'delay'),
    ...{ offset, ms: fc.nat(3000), attempt: fc.integer({ min: 1, max: 4 }), at },
  }),
  'partition.resumed': fc.record({ ...place, at }),
  'partition.collapsed': fc.record({
    ...place,
    ...{ until: offset, reason: fc.constantFrom('failure', 'user'), at },
  }),
  'offset.committed': fc.record({ ...place, offset, metadata: anyText, at }),
  'dead-letter.dispatched': fc.record({
    ...place,
    ...{ offset, deadLetterTopic: fc.option(anyText), attempts: fc.nat(5), error: anyText, at },
  }),
  'error.occurred': fc.record({
    type: fc.constantFrom(...errorTypes),
    error: fc.oneof(
      fc.anything(),
      anyText.map((text) => new Error(text)),
    ),
    group: place.group,
    segmentId: place.segmentId,
    at,
  }),
}

const anyEvent: fc.Arbitrary<AnyEvent> = fc.oneof(
  ...Object.entries(fields).map(([name, event]) =>
    (event as fc.Arbitrary<never>).map((one) => [name, one] as unknown as AnyEvent),
  ),
)

/** Up to 60 events. */
export const anyEvents: fc.Arbitrary<readonly AnyEvent[]> = fc.array(anyEvent, { maxLength: 60 })

/** What a recorder makes of any events. */
export const anyTrace: fc.Arbitrary<ConsumeTraceDocument> = anyEvents.map((events) => {
  const recorder = new TraceRecorder({ maxJobs: 12, maxEntries: 4 })
  tell(recorder.observe, events)
  return recorder.document({ generatedBy: 'pstool 1.0.0' })
})

/** What any events come to. */
export const anyConsumption: fc.Arbitrary<ConsumptionDocument> = anyEvents.map((events) => {
  const counts = new ConsumptionCounts()
  tell(counts.observe, events)
  const header = { group: 'g', segments: null, ended: 'end' } as const
  return counts.document({ generatedBy: 'pstool 1.0.0', ...header })
})
