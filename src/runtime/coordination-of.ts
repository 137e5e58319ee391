import { type CoordinationOptions, runAheadOf } from '../domain/virtual/coordination.ts'
import type { ResolvedTopic } from './settings/resolved-settings.ts'

/** What the coordinator of a partition goes by; without VPs there is one job at a time. */
export function coordinationOf(topic: ResolvedTopic, concurrency: number): CoordinationOptions {
  const { virtual, maxMessages, manualOffsets, metadataStrategy, pause, deadLetters } = topic
  return {
    isVirtual: virtual !== null,
    overlap: virtual?.overlap ?? false,
    maxInFlight: virtual?.maxInFlight ?? maxMessages,
    maxMessages,
    runAhead: runAheadOf(maxMessages, concurrency),
    manualOffsets,
    metadataStrategy,
    backOff: pause,
    deadLetters,
  }
}
