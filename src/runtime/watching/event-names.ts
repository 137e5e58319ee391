import type { EventName } from '../events.ts'

const NAMES: Readonly<Record<EventName, true>> = {
  'runtime.started': true,
  'runtime.stopped': true,
  'partition.assigned': true,
  'partition.revoked': true,
  'batch.polled': true,
  'job.started': true,
  'job.finished': true,
  'partition.paused': true,
  'partition.resumed': true,
  'partition.collapsed': true,
  'offset.committed': true,
  'dead-letter.dispatched': true,
  'error.occurred': true,
}

/** Every event that a runtime tells about; does not compile when one is missing. */
export const EVENT_NAMES = Object.keys(NAMES) as readonly EventName[]
