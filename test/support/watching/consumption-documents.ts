import type { ConsumptionDocument } from '../../../src/domain/model/consumption.ts'

/** A run of two segments in which something went wrong. */
export function aConsumption(over: Partial<ConsumptionDocument> = {}): ConsumptionDocument {
  return {
    kind: 'consumption',
    version: 1,
    generatedBy: 'pstool 1.2.3',
    group: 'analytics',
    segments: [0, 1],
    ended: 'interrupted',
    messages: 2997,
    dropped: 3000,
    batches: 14,
    jobs: 61,
    failedJobs: 4,
    retries: 3,
    collapses: 3,
    commits: 5,
    deadLetters: 1,
    skipped: 2,
    restarts: 1,
    errors: [{ type: 'consumer.consume.error', count: 4, first: 'no such user' }],
    partitions: [
      {
        ...{ group: 'analytics-parallel-0', segmentId: 0, topic: 'user_events', partition: 0 },
        ...{ messages: 2000, committed: '3000', lag: 0 },
      },
      {
        ...{ group: 'analytics-parallel-1', segmentId: 1, topic: 'user_events', partition: 0 },
        ...{ messages: 997, committed: null, lag: null },
      },
    ],
    ...over,
  }
}

/** Of a run without trouble and without segments. */
export const PLAIN_CONSUMPTION: Partial<ConsumptionDocument> = {
  ...{ segments: null, ended: 'end', dropped: 0, failedJobs: 0, retries: 0, collapses: 0 },
  ...{ deadLetters: 0, skipped: 0, restarts: 0, errors: [] },
  partitions: [
    {
      ...{ group: 'analytics', segmentId: null, topic: 'user_events', partition: 3 },
      ...{ messages: 2997, committed: '3000', lag: 0 },
    },
  ],
}
