import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import type { EventName } from '../../../../src/runtime/events.ts'
import { RuntimeEventBus } from '../../../../src/runtime/watching/event-bus.ts'
import { EVENT_NAMES } from '../../../../src/runtime/watching/event-names.ts'
import { aBatch, aJob } from '../../../support/watching/runtime-events.ts'

/** The process warnings of ours that come while something runs. */
async function warningsOf(run: () => void): Promise<string[]> {
  const warnings: string[] = []
  const keep = (warning: Error) => {
    if (warning.name === 'PstoolListenerWarning') warnings.push(warning.message)
  }
  process.on('warning', keep)
  run()
  await new Promise(setImmediate)
  process.off('warning', keep)
  return warnings
}

describe('RuntimeEventBus', () => {
  it('gives an event to the listeners of its name, in order, and to all observers', () => {
    const bus = new RuntimeEventBus()
    const seen: unknown[] = []
    bus.on('job.started', (event) => seen.push(['first', event.virtualPartition]))
    bus.on('job.started', () => seen.push('second'))
    bus.on('batch.polled', () => seen.push('never'))
    bus.observe((name) => seen.push(name))
    bus.emit('job.started', aJob({ virtualPartition: 3 }))
    expect(seen).toEqual([['first', 3], 'second', 'job.started'])
  })

  it('calls a listener once that was given twice, and not once it was taken off', () => {
    const bus = new RuntimeEventBus()
    let calls = 0
    const listener = () => calls++
    bus.on('job.started', listener)
    const end = bus.on('job.started', listener)
    bus.emit('job.started', aJob())
    expect(calls).toBe(1)
    end()
    bus.emit('job.started', aJob())
    const stop = bus.observe(listener)
    bus.observe(listener)
    bus.emit('job.started', aJob())
    expect(calls).toBe(2)
    stop()
    bus.emit('job.started', aJob())
    expect(calls).toBe(2)
  })

  it('gives the event to everybody who listened when it came, also when one takes another off', () => {
    const bus = new RuntimeEventBus()
    const seen: string[] = []
    const second = () => seen.push('second')
    bus.on('job.started', () => bus.off('job.started', second))
    bus.on('job.started', second)
    bus.emit('job.started', aJob())
    bus.emit('job.started', aJob())
    expect(seen).toEqual(['second'])
    bus.on('batch.polled', () => bus.on('batch.polled', () => seen.push('from the next on')))
    bus.emit('batch.polled', aBatch())
    expect(seen).toEqual(['second'])
  })

  it('knows whether anybody listens, so that no event is made for nobody', () => {
    const bus = new RuntimeEventBus()
    const heard = () => EVENT_NAMES.filter((name) => bus.has(name))
    expect(heard()).toEqual([])
    const end = bus.on('offset.committed', () => {})
    expect(heard()).toEqual(['offset.committed'])
    end()
    const stop = bus.observe(() => {})
    expect(heard()).toEqual(EVENT_NAMES)
    stop()
    const subscriber = () => {}
    subscribe('pstool:job.started', subscriber)
    expect(heard()).toEqual(['job.started'])
    unsubscribe('pstool:job.started', subscriber)
    expect(heard()).toEqual([])
  })

  it('publishes on pstool:<name>', () => {
    const bus = new RuntimeEventBus()
    const seen: unknown[] = []
    const subscriber = (event: unknown, name: string | symbol) => seen.push([name, event])
    subscribe('pstool:batch.polled', subscriber)
    const event = aBatch()
    bus.emit('batch.polled', event)
    bus.emit('job.started', aJob())
    unsubscribe('pstool:batch.polled', subscriber)
    bus.emit('batch.polled', event)
    expect(seen).toEqual([['pstool:batch.polled', event]])
  })

  it('goes on when listeners and observers throw or reject, keeps the errors, and warns once each', async () => {
    const bus = new RuntimeEventBus()
    const seen: string[] = []
    bus.on('job.started', () => {
      throw new Error('a listener')
    })
    bus.on('job.started', async () => {
      throw new Error('a promise')
    })
    bus.observe(() => {
      throw Object.create(null)
    })
    bus.on('job.started', () => seen.push('next'))
    const warnings = await warningsOf(() => {
      for (let i = 0; i < 30; i++) bus.emit('job.started', aJob())
    })
    expect(seen).toHaveLength(30)
    expect(bus.failureCount).toBe(90)
    expect(bus.failures).toHaveLength(20)
    expect(bus.failures.at(-1)).toEqual({ name: 'job.started', error: new Error('a promise') })
    expect(warnings.sort()).toEqual([
      'A listener of job.started threw: a listener',
      'A listener of job.started threw: a promise',
      'A listener of job.started threw: an error that has no text',
    ])
  })

  it('is an observer itself, and refuses names that no runtime has', () => {
    const [outer, inner] = [new RuntimeEventBus(), new RuntimeEventBus()]
    const seen: EventName[] = []
    inner.observe((name) => seen.push(name))
    outer.observe(inner.emit)
    outer.emit('job.started', aJob())
    expect(seen).toEqual(['job.started'])
    expect(() => outer.on('job.began' as EventName, () => {})).toThrow(/no event job\.began/)
  })
})
