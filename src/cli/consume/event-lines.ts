import { safeText } from '../../report/text/safe-text.ts'
import type { ErrorEvent, EventName, EventObserver, RuntimeEvents } from '../../runtime/events.ts'
import { textOfError } from '../../runtime/watching/error-text.ts'

/** Every event as a line of JSON: `{"event": "job.finished", ..}`. */
export function eventLines(write: (line: string) => void): EventObserver {
  return (name, event) => write(`${JSON.stringify({ event: name, ...shown(event) })}\n`)
}

function shown(event: RuntimeEvents[EventName]): object {
  return 'error' in event && 'type' in event ? { ...event, error: errorShape(event.error) } : event
}

/** What was thrown, whatever it is, as JSON can hold it. */
export function errorShape(error: unknown): { name: string; message: string; code?: string } {
  const { name, code } = (error ?? {}) as Readonly<Record<string, unknown>>
  return {
    name: typeof name === 'string' ? name : typeof error,
    message: textOfError(error),
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
  }
}

/** What goes wrong, a line each, for who reads along: stderr beside a document on stdout. */
export function troubleLines(write: (line: string) => void): EventObserver {
  return (name, event) => {
    const line = troubleLine(name, event)
    // What users throw may hold anything: it commands no terminal, and stays one line.
    if (line !== null) write(`${safeText(line)}\n`)
  }
}

function troubleLine<N extends EventName>(name: N, event: RuntimeEvents[N]): string | null {
  if (name === 'error.occurred') return errorLine(event as ErrorEvent)
  if (name !== 'dead-letter.dispatched') return null
  const letter = event as RuntimeEvents['dead-letter.dispatched']
  const { topic, partition, offset, attempts, deadLetterTopic, error } = letter
  const where = deadLetterTopic === null ? 'skipped' : `written to ${deadLetterTopic}`
  return `${topic}#${partition} offset ${offset} ${where} after ${attempts} attempts: ${error}`
}

function errorLine({ type, error, ...about }: ErrorEvent): string {
  const { topic, partition, virtualPartition, offset, attempt } = about
  const where = [
    ...(topic === undefined ? [] : [`${topic}#${partition}`]),
    ...(virtualPartition === undefined ? [] : [`VP ${virtualPartition}`]),
    ...(offset === undefined ? [] : [`offset ${offset}`]),
    ...(attempt === undefined ? [] : [`attempt ${attempt}`]),
  ]
  return `${type}${where.length === 0 ? '' : ` (${where.join(', ')})`}: ${textOfError(error)}`
}
