import { expect, it } from 'vitest'
import demo, { totals } from '../../../examples/consume-demo.ts'
import { createRuntime } from '../../../src/runtime/create-runtime.ts'
import type { TopicSettings } from '../../../src/runtime/settings.ts'
import { ExampleRun } from '../../support/runtime/example-run.ts'

it('consume-demo: a module for the command line is the settings of a runtime', async () => {
  const run = new ExampleRun('user_events')
  const events = ['click', 'login', 'click', 'page_view', 'click']
  run.write(
    'user_events',
    events.map((event) => ({ value: { user: '1', event } })),
  )
  const { group = '', topics } = demo
  const settings = { ...demo, group, topics: topics as readonly TopicSettings[] }
  await run.observe(createRuntime({ ...settings, source: run.source }))
  await run.runtime!.stop()
  expect(Object.fromEntries(totals)).toEqual({ click: 3, login: 1, page_view: 1 })
  expect(run.committed('user_events', 'demo')).toBe(5)
})
