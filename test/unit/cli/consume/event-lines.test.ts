import { describe, expect, it } from 'vitest'
import { errorShape, eventLines, troubleLines } from '../../../../src/cli/consume/event-lines.ts'
import { statusText } from '../../../../src/cli/consume/watchers.ts'
import { BrokerError } from '../../../../src/errors.ts'
import type { EventObserver } from '../../../../src/runtime/events.ts'
import { ConsumptionCounts } from '../../../../src/runtime/watching/consumption-counts.ts'
import { aBatch, aFinished, aJob, aPlace } from '../../../support/watching/runtime-events.ts'

const linesOf = (
  observer: (write: (line: string) => void) => EventObserver,
  tell: (observe: EventObserver) => void,
) => {
  const lines: string[] = []
  tell(observer((line) => void lines.push(line)))
  return lines
}

describe('events as lines', () => {
  it('are one JSON object each, with the name first and errors as objects', () => {
    const error = new BrokerError('broker.unreachable', 'no answer')
    const lines = linesOf(eventLines, (observe) => {
      observe('job.finished', aFinished({ messages: 2 }))
      observe('error.occurred', { type: 'source.error', error, group: 'g', segmentId: 1, at: 5 })
    })
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
    expect(lines[0]).toMatch(/^\{"event":"job\.finished",/)
    expect(JSON.parse(lines[1]!)).toEqual({
      ...{ event: 'error.occurred', type: 'source.error', group: 'g', segmentId: 1, at: 5 },
      error: { name: 'BrokerError', message: 'no answer', code: 'broker.unreachable' },
    })
  })

  it.each([
    [new TypeError('bad'), { name: 'TypeError', message: 'bad' }],
    ['a word', { name: 'string', message: 'a word' }],
    [undefined, { name: 'undefined', message: 'undefined' }],
    [null, { name: 'object', message: 'null' }],
  ])('hold whatever was thrown: %s', (thrown, shape) => {
    expect(errorShape(thrown)).toEqual(shape)
  })
})

describe('trouble as lines', () => {
  it('commands no terminal, and stays a line', () => {
    const error = new Error('\x1b[31mred\nand \x1b]0;title\x07')
    const lines = linesOf(troubleLines, (observe) =>
      observe('error.occurred', { type: 'source.error', error, group: 'g', segmentId: 1, at: 5 }),
    )
    expect(lines).toEqual(['source.error: \\x1b[31mred\\nand \\x1b]0;title\\x07\n'])
  })

  it('says where, and nothing about what goes well', () => {
    const about = { group: 'g', segmentId: null, at: 1 }
    const lines = linesOf(troubleLines, (observe) => {
      observe('job.finished', aFinished())
      observe('error.occurred', {
        ...{ ...about, type: 'consumer.consume.error', error: new Error('bad') },
        ...{ topic: 't', partition: 2, virtualPartition: 4, offset: 17, attempt: 1 },
      })
      observe('error.occurred', { ...about, type: 'source.error', error: 'gone' })
      const letter = { ...aPlace, offset: 17, attempts: 2, error: 'bad', at: 1 }
      observe('dead-letter.dispatched', { ...letter, deadLetterTopic: 'dead' })
      observe('dead-letter.dispatched', { ...letter, deadLetterTopic: null })
    })
    expect(lines).toEqual([
      'consumer.consume.error (t#2, VP 4, offset 17, attempt 1): bad\n',
      'source.error: gone\n',
      't#0 offset 17 written to dead after 2 attempts: bad\n',
      't#0 offset 17 skipped after 2 attempts: bad\n',
    ])
  })
})

it('the status line has messages, speed, lag, jobs and failures', () => {
  const counts = new ConsumptionCounts()
  counts.observe('batch.polled', aBatch({ next: 10, end: 5000 }))
  counts.observe('job.started', aJob())
  counts.observe('job.started', aJob())
  counts.observe('job.finished', aFinished({ messages: 12_400 }))
  expect(statusText(counts, 3099.6, 5)).toBe('12,400 messages, 3,100/s, lag 5,000, 1 of 5 jobs')
  counts.observe('job.finished', aFinished({ ok: false }))
  expect(statusText(counts, 0, 5)).toBe('12,400 messages, 0/s, lag 5,000, 0 of 5 jobs, 1 failed')
})
