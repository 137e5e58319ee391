import { describe, expect, it } from 'vitest'
import { begin } from '../../../../src/domain/virtual/coordinator.ts'
import {
  batch,
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
  revoked,
  run,
  runCollapsed,
  running,
  seekAsked,
  stopFetch,
  store,
  taken,
  under,
} from '../../../support/virtual/scenario.ts'

const overlapping = under({ overlap: true, maxInFlight: 6, maxMessages: 4 })

describe('batches of a partition', () => {
  it('O7: an assignment begins at the committed position', () => {
    const options = given().partition.state.options
    expect(begin(options, 42)[1]).toEqual([{ type: 'fetch', serial: 1, from: 42 }])
  })

  it('V6: all jobs of a batch are prepared before any starts', () => {
    given()
      .when(polled([0, 1, 2, 3], { slots: [2, 0, 2, 1] }))
      .gives(ready(2, 0), ready(0, 1), ready(1, 3))
      .givesBatch(batch(4))
      .when(taken(0, 2))
      .gives(run(0, [1]), run(2, [0, 2]))
  })

  it('V5: VPs without messages are not scheduled; one message goes to its slot', () => {
    given(polled([7], { slots: [3] }))
      .gives(ready(3, 0))
      .when(taken(0, 1, 2, 3))
      .gives(run(3, [7]))
  })

  it('V5: with one worker the batch is split all the same', () => {
    given(polled([0, 1, 2], { slots: [0, 1, 0] }), taken(0), ended(0))
      .when(taken(1))
      .gives(run(1, [1]))
  })

  it('V6: an instance never runs twice at once', () => {
    given(running([0, 1], [0, 1]))
      .when(taken(0, 1))
      .gives()
    overlapping(running([0], [0]), polled([1], { slots: [0] }))
      .when(taken(0))
      .gives()
  })

  it('V2: a batch that is not split is one job of VP 0, as it came', () => {
    given(polled([0, 1, 2], { slots: [0, 0, 0], isWhole: true }))
      .gives(ready(0, 0))
      .when(taken(0), ended(0))
      .gives(run(0, [0, 1, 2]), store(3), fetch(3))
  })

  it('V2: with overlap it waits for those before it, and the next one for it (I3)', () => {
    overlapping(running([0, 1], [1, 2]))
      .when(polled([2, 3], { slots: [0, 0], isWhole: true }), ended(1))
      .gives()
      .when(ended(2), taken(0))
      .gives(store(2), ready(0, 2), run(0, [2, 3]))
      .when(ended(0))
      .gives(store(4), fetch(4))
  })

  it('V2: a pause drops what waits of it at or behind the offset, and the rest runs before', () => {
    overlapping(running([0, 1], [1, 2]), polled([2, 3], { slots: [0, 0], isWhole: true }))
      .when(pauseAsked(1, 3, 40), ended(1), ended(2), taken(0), ended(0))
      .gives(ready(0, 2), run(0, [2]), paused('user', 3, 40))
    overlapping(running([0, 1], [1, 2]), polled([2, 3], { slots: [0, 0], isWhole: true }))
      .when(pauseAsked(1, 1, 40), ended(1), ended(2), resumed)
      .gives(paused('user', 1, 40), fetch(1))
  })

  it('V2: after a failure it is fetched again', () => {
    overlapping(running([0, 1], [1, 2]), polled([2, 3], { slots: [0, 0], isWhole: true }))
      .when(failed(1), ended(2), resumed)
      .gives('collapsed until 1 by failure', paused('failure', 0, 1000, 1), fetch(0))
      .when(polled([0, 1, 2, 3]), taken(0))
      .gives(ready(0, 4), runCollapsed([0, 1, 2, 3], 2))
  })

  it('V7: the next batch is handed out when every VP of the last one has ended', () => {
    given(running([0, 1, 2], [0, 1, 0]))
      .when(ended(0))
      .gives()
      .when(ended(1))
      .gives(store(3), fetch(3))
  })

  it('V7: with overlap the next batch is fetched at once', () => {
    overlapping(polled([0, 1], { slots: [0, 1] })).gives(ready(0, 0), ready(1, 1), fetch(2))
  })

  it('V7: with overlap a VP that ended takes its messages of following batches, up to a batch full', () => {
    overlapping(running([0, 1], [0, 1]))
      .when(polled([2, 3, 4], { slots: [0, 0, 0] }))
      .gives(fetch(5))
      .when(polled([5, 6], { slots: [0, 0] }))
      .gives()
      .when(ended(0))
      .gives(ready(0, 2))
      .when(taken(0))
      .gives(run(0, [2, 3, 4, 5]))
      .when(ended(0))
      .gives(ready(0, 6), fetch(7))
  })

  it('V7: fetching stops at maxInFlight and goes on below it', () => {
    overlapping(running([0, 1, 2], [0, 1, 0]))
      .when(polled([3, 4, 5], { slots: [0, 1, 1] }))
      .gives()
      .when(ended(1))
      .gives(ready(1, 4), fetch(6))
  })

  it('V7: with overlap nothing new is handed out after a failure, running jobs end', () => {
    overlapping(running([0, 1, 2], [0, 1, 2]), polled([3, 4], { slots: [0, 1] }))
      .when(failed(0))
      .gives(stopFetch)
      .when(taken(0, 1))
      .gives()
      .when(ended(1))
      .gives()
      .when(ended(2))
      .gives('collapsed until 2 by failure', paused('failure', 0, 1000, 1))
  })

  it('V7: with overlap a batch is marked when all of it has ended, whatever runs of the next', () => {
    overlapping(running([0, 1], [0, 1]), polled([2], { slots: [0] }))
      .when(ended(0), taken(0), ended(1))
      .gives(ready(0, 2), run(0, [2]), store(2))
      .when(ended(0))
      .gives(store(3))
  })

  it('V8: a VP is as old as its oldest waiting message', () => {
    overlapping(running([0, 1], [0, 1]), polled([2, 3], { slots: [1, 0] }))
      .when(ended(0), ended(1))
      .gives(ready(0, 3), ready(1, 2), store(2))
  })

  it('V8: a job does not run ahead of older messages that wait for other VPs', () => {
    const careful = under({ overlap: true, maxMessages: 4, runAhead: 3 })
    careful(running([0, 1], [0, 1]), polled([2, 3, 4, 5, 6], { slots: [0, 1, 0, 0, 0] }))
      .when(ended(0), taken(0))
      .gives(ready(0, 2), run(0, [2, 4, 5]))
      .when(ended(0))
      .gives(ready(0, 6))
  })

  it('V1: without virtual partitions there is one job at a time, in log order', () => {
    const plain = under({ isVirtual: false })
    plain(polled([0, 1, 2]))
      .gives(ready(0, 0))
      .when(taken(0))
      .gives(run(0, [0, 1, 2]))
      .when(failed(0))
      .gives(paused('failure', 0, 1000, 1))
      .when(resumed, polled([0, 1, 2]), taken(0))
      .gives(fetch(0), ready(0, 0 + 3), run(0, [0, 1, 2], 2))
  })

  it('O3: an answer without messages moves the position on', () => {
    given(running([0], [0]), ended(0))
      .when(polled([], { next: 9 }))
      .gives(store(9), fetch(9))
      .givesBatch(batch(0))
  })

  it('E1: an answer to an earlier fetch is not wanted any more', () => {
    given(running([0], [0]), failed(0), resumed)
      .when(polled([0], { serial: 1 }))
      .gives()
  })

  it('E1: a second answer to the same fetch is not wanted', () => {
    given(polled([0], { slots: [1] }))
      .when(polled([0], { slots: [1] }))
      .gives()
  })
})

describe('late facts', () => {
  it('L4: nothing changes anything after the partition was lost', () => {
    given(running([0, 1], [0, 1]))
      .when(revoked)
      .gives(stopFetch)
      .when(ended(0), failed(1), marked(1, 'late'), taken(0), resumed, polled([2]), revoked)
      .gives()
  })

  it('L4: a job ends once', () => {
    given(running([0, 1], [0, 1]), ended(0))
      .when(ended(0))
      .gives()
      .when(ended(1))
      .gives(store(2), fetch(2))
  })

  it('L4: what a job asks for after it has ended changes nothing', () => {
    overlapping(running([0], [0]), ended(0))
      .when(pauseAsked(0, 0, 50), seekAsked(0, 0))
      .gives()
      .when(polled([1], { slots: [0] }))
      .gives(ready(0, 1), fetch(2))
  })

  it('L4: what is ready when the partition has gone is not run', () => {
    given(polled([0]), revoked)
      .when(taken(0))
      .gives()
  })
})
