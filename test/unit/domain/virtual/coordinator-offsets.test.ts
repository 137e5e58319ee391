import { describe, expect, it } from 'vitest'
import {
  batch,
  collapseAsked,
  ended,
  failed,
  fetch,
  given,
  marked,
  pauseAsked,
  paused,
  polled,
  ready,
  resumed,
  run,
  runCollapsed,
  running,
  seekAsked,
  store,
  taken,
  under,
} from '../../../support/virtual/scenario.ts'

const manual = under({ manualOffsets: true })
const current = under({ metadataStrategy: 'current' })
const overlapping = under({ overlap: true, maxMessages: 4 })

describe('a log that was cut back', () => {
  it('O5: is read from its new beginning, as after a seek', () => {
    given(running([7, 8], [0, 1]), ended(0), ended(1))
      .when(polled([], { next: 0 }))
      .gives(store(0), fetch(0))
      .when(polled([0, 1]))
      .gives(ready(0, 2))
  })
})

describe('marks', () => {
  it('O2: marking one marks the earlier ones of its VP, never those of others', () => {
    given(running([0, 1, 2, 3, 4], [0, 1, 0, 1, 0]))
      .when(marked(4))
      .gives(store(1))
      .when(marked(1))
      .gives(store(3))
      .when(failed(0), resumed, polled([3]), taken(0))
      .gives()
      .when(ended(1), resumed, polled([3, 4]), taken(0))
      .gives(
        'collapsed until 4 by failure',
        paused('failure', 3, 1000, 1),
        fetch(3),
        ready(0, 6),
        runCollapsed([3], 2),
      )
  })

  it('O2: a late mark of a job means its own messages, not those of the collapsed job that has it now', () => {
    const scenario = manual(running([0, 1, 2, 3], [0, 1, 0, 1]))
    const first = scenario.partition.job(1)
    scenario
      .when(ended(1), failed(0), resumed, polled([0, 1, 2, 3]), taken(0))
      .when(marked(3, undefined, () => first))
      .gives()
      .when(marked(0))
      .gives(store(2))
  })

  it('O2: a message of an earlier batch is marked with what its VP had in that batch', () => {
    const scenario = manual(running([0, 1, 2], [0, 1, 0]), ended(0), ended(1))
    scenario.when(running([3, 4], [0, 1]))
    const by = (virtualPartition: number) => () => scenario.partition.job(virtualPartition)
    scenario
      .when(marked(2, undefined, by(1)))
      .gives()
      .when(marked(1, undefined, by(1)))
      .gives()
      .when(marked(2, undefined, by(0)))
      .gives(store(3))
  })

  it('O3: the position is behind the last message up to which all are marked over all VPs', () => {
    given(running([0, 1, 2, 3, 4, 5], [0, 1, 2, 0, 1, 2]))
      .when(marked(1), marked(2))
      .gives()
      .when(marked(0))
      .gives(store(3))
      .when(marked(5), marked(3))
      .gives(store(4))
      .when(marked(4))
      .gives(store(6))
  })

  it('O3: nothing is committed while the first message is unmarked', () => {
    given(running([0, 1, 2], [0, 1, 1]))
      .when(marked(2))
      .gives()
  })

  it('O3: what was never delivered counts as marked', () => {
    given(running([4, 7], [0, 1]))
      .when(marked(4))
      .gives(store(5))
      .when(marked(7))
      .gives(store(8))
  })

  it('O3: the position goes over offsets behind the last message that give none', () => {
    given(polled([0, 1], { slots: [0, 0], next: 6 }), taken(0))
      .when(ended(0))
      .gives(store(6), fetch(6))
  })

  it('P3: what a filter dropped counts as marked, a batch of such too', () => {
    given(polled([0, 1, 2], { dropped: [1, 0, 1], slots: [0, 1, 2] }))
      .gives(store(1), ready(1, 1))
      .when(taken(1), ended(1))
      .gives(run(1, [1]), store(3), fetch(3))
      .when(polled([3, 4], { dropped: [1, 1] }))
      .gives(store(5), fetch(5))
      .givesBatch(batch(0))
  })

  it('O4: all VPs ended well: the last message is marked, whatever was marked', () => {
    given(running([0, 1, 2], [0, 1, 0]), marked(0))
      .when(ended(0), ended(1))
      .gives(store(3), fetch(3))
  })

  it('O4: not when the user paused in the batch', () => {
    given(running([0, 1, 2], [0, 1, 0]), pauseAsked(1, 1, 50))
      .when(ended(0), ended(1))
      .gives(paused('user', 1, 50))
  })

  it('O4: what ended well before the pause is marked with the next batch', () => {
    given(running([0, 1, 2], [0, 1, 0]), pauseAsked(1, 1, 50), ended(0), ended(1), resumed)
      .when(polled([1, 2], { slots: [1, 0] }))
      .gives(ready(1, 3), ready(0, 4))
      .when(taken(0, 1), ended(0), ended(1))
      .gives(run(0, [2]), run(1, [1]), store(3), fetch(3))
  })

  it('O4: a second pause asks again for what lies behind it, so that is not marked yet', () => {
    const scenario = given(
      ...[running([0, 1, 2, 3], [0, 0, 0, 0]), pauseAsked(0, 3, 50), ended(0), resumed],
      ...[running([3], [0]), pauseAsked(0, 1, 50), ended(0), resumed],
    )
    scenario.when(running([1], [0]), ended(0)).gives(ready(0, 5), run(0, [1]), store(2), fetch(2))
    scenario.when(running([2, 3], [0, 0])).gives(ready(0, 6), run(0, [2, 3]))
  })

  it('O4: after a failure nothing of before the pause is marked by a later batch', () => {
    given(running([0, 1, 2], [0, 0, 0]), pauseAsked(0, 2, 50), ended(0), resumed)
      .when(running([2], [0]), failed(0), resumed)
      .gives(
        ...[ready(0, 3), run(0, [2]), 'collapsed until 2 by failure'],
        ...[paused('failure', 0, 1000, 1), fetch(0)],
      )
      .when(polled([0]), taken(0), ended(0))
      .gives(ready(0, 4), runCollapsed([0], 2), store(1), fetch(1))
      .when(polled([1, 2]), taken(0), ended(0))
      .gives(ready(0, 5), runCollapsed([1, 2], 2), store(3), fetch(3))
  })

  it('O5: marking what is covered already is a no-op', () => {
    given(running([0, 1, 2], [0, 0, 0]), marked(1, 'one'))
      .when(marked(0), marked(0, 'zero'), marked(1))
      .gives()
  })

  it('O5: a seek moves the position, back too, and marks count no more', () => {
    given(running([0, 1], [0, 0]), ended(0), running([2, 3], [0, 1]), marked(3))
      .when(seekAsked(0, 1), ended(0), ended(1))
      .gives(store(1), fetch(1))
      .when(polled([1, 2, 3]), taken(0))
      .gives(ready(0, 4), run(0, [1, 2, 3]))
  })

  it('O5: a seek forward leaves out what lies between', () => {
    given(running([0, 1], [0, 1]), seekAsked(0, 50))
      .when(ended(1), ended(0))
      .gives(store(50), fetch(50))
  })

  it('O5: of several seeks in a batch the lowest wins; a pause says how long', () => {
    given(running([0, 1, 2], [0, 1, 2]), seekAsked(0, 8), seekAsked(1, 5), pauseAsked(2, 5, 70))
      .when(ended(0), ended(1), ended(2))
      .gives(store(5), paused('user', 5, 70))
  })

  it('O5, C3: a seek does not step over what another VP paused for', () => {
    given(running([0, 1, 2], [0, 1, 2]), seekAsked(0, 8), pauseAsked(2, 1, 70))
      .when(ended(0), ended(1), ended(2))
      .gives(store(1), paused('user', 1, 70))
  })

  it('O7: marked messages are left out when the batch is fetched again', () => {
    given(running([0, 1, 2, 3], [0, 1, 0, 1]), marked(3), failed(0), ended(1), resumed)
      .when(polled([0, 1, 2, 3]), taken(0))
      .gives(ready(0, 4), runCollapsed([0, 2], 2))
      .givesBatch(batch(2, 2, 'collapsed'))
  })

  it('O7: what ended well and was not marked comes again', () => {
    given(running([0, 1], [0, 1]), ended(1), failed(0), resumed)
      .when(polled([0, 1]), taken(0))
      .gives(ready(0, 2), runCollapsed([0, 1], 2))
  })

  it('O7: what is marked while it waits is not handed out', () => {
    manual(running([0, 1, 2, 3], [0, 1, 0, 1]), ended(0), failed(1), resumed)
      .when(polled([0, 1, 2, 3]), marked(0), marked(3), taken(0))
      .gives(ready(0, 4), store(1), store(2), runCollapsed([2], 2))
      .when(ended(0))
      .gives(fetch(4))
  })

  it('O7: a VP of which all was marked while it waited has ended', () => {
    manual(running([0, 1], [0, 1]), ended(0), failed(1), resumed)
      .when(polled([0, 1]), marked(1), marked(0), taken(0))
      .gives(ready(0, 2), store(2), fetch(2))
    given(running([0, 1], [0, 1]), pauseAsked(0, 0, 5), ended(0), ended(1), resumed)
      .when(polled([0, 1], { slots: [0, 1] }), marked(1), taken(1))
      .gives(ready(0, 2), ready(1, 3))
      .when(taken(0), ended(0))
      .gives(run(0, [0]), store(2), fetch(2))
  })

  it('O4, P3: what ended well before a pause is marked by a batch that is dropped whole, too', () => {
    given(running([0, 1], [0, 0]), pauseAsked(0, 2, 5), ended(0), resumed)
      .when(polled([2, 3], { dropped: [1, 1] }))
      .gives(store(4), fetch(4))
  })

  it('L6: under manual offset management nothing is marked automatically', () => {
    manual(running([0, 1, 2], [0, 1, 0]))
      .when(ended(0), ended(1))
      .gives(fetch(3))
      .when(marked(2), marked(1))
      .gives(store(1), store(3))
  })

  it('L6: nor what ended well before a pause', () => {
    manual(running([0, 1], [0, 0]), pauseAsked(0, 1, 5), ended(0), resumed)
      .when(running([1], [0]), ended(0))
      .gives(ready(0, 2), run(0, [1]), fetch(2))
  })

  it('L6: after a failure it goes on at the position', () => {
    manual(running([0, 1], [0, 0]), marked(0), ended(0), running([2], [1]))
      .when(failed(1), resumed)
      .gives('collapsed until 2 by failure', paused('failure', 1, 1000, 1), fetch(1))
  })
})

describe('metadata', () => {
  it('O6: exact commits what was given with the very message that materialised', () => {
    given(running([0, 1, 2, 3], [0, 1, 0, 1]))
      .when(marked(2, 'two'))
      .gives(store(1))
      .when(marked(1, 'one'))
      .gives(store(3, 'two'))
      .when(marked(3))
      .gives(store(4))
  })

  it('O6: current commits the most recent', () => {
    current(running([0, 1, 2, 3], [0, 1, 0, 1]))
      .when(marked(0, 'zero'))
      .gives(store(1, 'zero'))
      .when(marked(1, 'one'))
      .gives(store(2, 'one'))
      .when(marked(3, 'three'))
      .gives(store(2, 'three'))
      .when(marked(2))
      .gives(store(4, 'three'))
  })

  it('O3: current commits no metadata while the first message is unmarked', () => {
    current(running([0, 1], [0, 1]))
      .when(marked(1, 'one'))
      .gives()
      .when(marked(0))
      .gives(store(2, 'one'))
  })
})

describe('pauses by the user', () => {
  it('C3: of several VPs the lowest offset wins, and the longest time', () => {
    given(running([0, 1, 2, 3], [0, 1, 2, 3]))
      .when(pauseAsked(2, 2, 100), pauseAsked(1, 1, 500), pauseAsked(3, 3, 10))
      .gives()
      .when(ended(0), ended(1), ended(2), ended(3))
      .gives(paused('user', 1, 500))
      .when(resumed)
      .gives(fetch(1))
  })

  it('C3: with overlap what waits behind the offset is not handed out', () => {
    overlapping(running([0, 1, 2], [0, 1, 0]), polled([3, 4], { slots: [1, 2] }))
      .when(pauseAsked(0, 2, 20))
      .gives('stop-fetch')
      .when(taken(2), ended(1), ended(0), resumed)
      .gives(paused('user', 2, 20), fetch(2))
  })

  it('C3: with overlap what waits before the offset still runs', () => {
    overlapping(running([0, 1], [0, 1]), polled([2, 3, 4], { slots: [0, 0, 1] }))
      .when(pauseAsked(1, 3, 20), ended(1), ended(0))
      .gives('stop-fetch', ready(0, 2))
      .when(taken(0), ended(0), resumed)
      .gives(run(0, [2]), paused('user', 3, 20), fetch(3))
  })

  it('E1: when the batch failed the partition goes on at the position, wherever the pause was', () => {
    given(running([0, 1, 2], [0, 1, 2]), pauseAsked(1, 1, 5), seekAsked(1, 9))
      .when(ended(1), failed(0), ended(2))
      .gives('collapsed until 2 by failure', paused('failure', 0, 1000, 1))
  })

  it('O5: a seek back is kept when the batch failed', () => {
    given(running([0, 1], [0, 0]), ended(0), running([2, 3], [0, 1]), seekAsked(0, 1))
      .when(ended(0), failed(1), resumed)
      .gives('collapsed until 3 by failure', store(1), paused('failure', 1, 1000, 1), fetch(1))
  })

  it('C2: a pause in a collapsed batch changes no collapse', () => {
    given(running([0, 1, 2], [0, 1, 0]), collapseAsked(2), pauseAsked(0, 0, 5))
      .when(ended(0), ended(1), resumed, polled([0, 1, 2]), taken(0))
      .gives(paused('user', 0, 5), fetch(0), ready(0, 3), runCollapsed([0, 1, 2]))
      .when(pauseAsked(0, 1, 5), ended(0), resumed, polled([1, 2]), taken(0))
      .gives(paused('user', 1, 5), fetch(1), ready(0, 6), runCollapsed([1, 2]))
  })

  it('O7: a pause before the position hands out nothing that is marked', () => {
    const scenario = given(running([0, 1, 2], [0, 1, 0]), marked(0), marked(1))
    scenario.when(pauseAsked(0, 0, 5), ended(0), ended(1), resumed)
    scenario.when(polled([0, 1, 2], { slots: [0, 1, 0] }), taken(0)).gives(ready(0, 5), run(0, [2]))
    expect(scenario.position).toBe(2)
  })
})
