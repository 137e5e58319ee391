import { describe, expect, it } from 'vitest'
import { deadLetterOf } from '../../../../src/domain/virtual/dead-letters.ts'
import {
  batch,
  collapseAsked,
  collapsed,
  dispatch,
  dispatched,
  ended,
  type Fact,
  failed,
  fetch,
  given,
  letters,
  marked,
  notDispatched,
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
  store,
  taken,
  under,
} from '../../../support/virtual/scenario.ts'

const overlapping = under({ overlap: true, maxMessages: 4 })
/** Fetched again, collapsed, and failed in that order. */
const again = (offsets: readonly number[], offset: number | null = null): readonly Fact[] => [
  resumed,
  polled(offsets),
  taken(0),
  failed(0, offset),
]

describe('failures', () => {
  it('E1: the other VPs run on to their end, waiting ones too; then it pauses once at the position', () => {
    given(polled([0, 1, 2], { slots: [0, 1, 2] }), taken(0, 1))
      .when(marked(0), failed(1))
      .gives(store(1))
      .when(taken(2))
      .gives(run(2, [2]))
      .when(failed(2))
      .gives()
      .when(ended(0), resumed)
      .gives(collapsed(2, 'failure'), paused('failure', 1, 1000, 1), fetch(1))
  })

  it('E2: the pause doubles up to its most; the count rises once per failed batch', () => {
    const scenario = given(running([0, 1], [0, 1]), failed(0))
    scenario.when(failed(1)).gives(collapsed(1, 'failure'), paused('failure', 0, 1000, 1))
    for (const [attempt, ms] of [2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
      scenario
        .when(...again([0, 1]))
        .gives(
          fetch(0),
          ready(0, 2 * attempt + 2),
          runCollapsed([0, 1], attempt + 2),
          paused('failure', 0, ms, attempt + 2),
        )
    }
  })

  it('E2: a pause that is not exponential keeps its time', () => {
    const backOff = { timeoutMs: 700, maxTimeoutMs: 30_000, exponential: false }
    under({ backOff })(running([0], [0]))
      .when(failed(0))
      .gives(collapsed(0, 'failure'), paused('failure', 0, 700, 1))
      .when(resumed, polled([0]), taken(0))
      .when(failed(0))
      .gives(paused('failure', 0, 700, 2))
  })

  it('E2: success begins the count anew', () => {
    given(running([0], [0]), failed(0), ...again([0]), resumed, polled([0]), taken(0), ended(0))
      .when(running([1], [2]), failed(2))
      .gives(ready(2, 3), run(2, [1]), collapsed(1, 'failure'), paused('failure', 1, 1000, 1))
  })

  it('E2: so does a batch that ended well with a pause of the user', () => {
    given(running([0], [0]), failed(0), resumed, polled([0]), taken(0), pauseAsked(0, 0, 9))
      .when(ended(0), resumed, polled([0]), taken(0))
      .gives(paused('user', 0, 9), fetch(0), ready(0, 2), runCollapsed([0]))
  })

  it('E3: a longer batch is taken as it comes, what was marked left out', () => {
    given(running([0, 1], [0, 1]), marked(1), failed(0), ended(1), resumed)
      .when(polled([0, 1, 2, 3]), taken(0), ended(0))
      .gives(ready(0, 2), runCollapsed([0, 2, 3], 2), store(4), fetch(4))
  })

  it('E3: a shorter batch too, and the rest of the failed one is collapsed', () => {
    given(running([0, 1, 2], [0, 1, 2]), failed(0), ended(1), ended(2), resumed)
      .when(polled([0]), taken(0), ended(0))
      .gives(ready(0, 3), runCollapsed([0], 2), store(1), fetch(1))
      .when(polled([1, 2]), taken(0))
      .gives(ready(0, 4), runCollapsed([1, 2]))
  })

  it('E3: what was compacted away meanwhile counts as marked', () => {
    given(running([0, 1, 2], [0, 1, 2]), failed(0), ended(1), ended(2), resumed)
      .when(polled([2]), taken(0), ended(0))
      .gives(store(2), ready(0, 3), runCollapsed([2], 2), store(3), fetch(3))
  })

  it('E1: answers that were under way when a job failed are not taken', () => {
    overlapping(running([0, 1], [0, 1]))
      .when(failed(0), polled([2], { slots: [2] }), ended(1))
      .gives('stop-fetch', collapsed(1, 'failure'), paused('failure', 0, 1000, 1))
  })
})

describe('collapse', () => {
  it('C1: batches up to the end of the failed one run as one job, the first behind it is split', () => {
    given(running([0, 1, 2, 3], [0, 1, 2, 3]), failed(3), ended(0), ended(1), ended(2), resumed)
      .when(polled([0, 1], { slots: [2, 3] }), taken(0), ended(0))
      .gives(ready(0, 4), runCollapsed([0, 1], 2), store(2), fetch(2))
      .when(polled([2, 3, 4, 5], { slots: [1, 2, 1, 2] }), taken(0), ended(0))
      .gives(ready(0, 6), runCollapsed([2, 3, 4, 5], 2), store(6), fetch(6))
      .when(polled([6, 7], { slots: [1, 2] }))
      .gives(ready(1, 10), ready(2, 11))
  })

  it('C1: a first offset that is L is collapsed, one behind it is not', () => {
    given(running([0, 1], [0, 1]), marked(0), failed(1), ended(0), resumed)
      .when(polled([1], { slots: [1] }), taken(0), ended(0))
      .gives(ready(0, 2), runCollapsed([1], 2), store(2), fetch(2))
      .when(polled([2], { slots: [1] }))
      .gives(ready(1, 3))
  })

  it('C1: with overlap L is the highest offset that was handed out', () => {
    overlapping(running([0, 1], [0, 1]), polled([2, 3, 4], { slots: [0, 1, 0] }))
      .when(ended(1), taken(1), failed(0))
      .gives(ready(1, 3), run(1, [3]), 'stop-fetch')
      .when(ended(1))
      .gives(collapsed(3, 'failure'), paused('failure', 0, 1000, 1))
  })

  it('C1: after a seek back, what was handed out before it does not count', () => {
    const scenario = overlapping(running([0, 1, 2], [0, 0, 0]), seekAsked(0, 0), ended(0))
    scenario.when(running([0], [0]), failed(0))
    scenario.gives(
      ...[ready(0, 3), fetch(1), run(0, [0])],
      ...['stop-fetch', collapsed(0, 'failure'), paused('failure', 0, 1000, 1)],
    )
  })

  it('C1: with overlap a collapsed batch waits for those before it, and nothing joins it', () => {
    overlapping(running([0, 1], [0, 1]), collapseAsked(3))
      .when(polled([2, 3], { slots: [0, 1] }))
      .gives()
      .when(ended(0))
      .gives()
      .when(ended(1))
      .gives(store(2), ready(0, 2))
      .when(taken(0), ended(0))
      .gives(runCollapsed([2, 3]), store(4), fetch(4))
  })

  it('C2: collapseUntil is inclusive, the highest wins, a lower later one changes nothing', () => {
    given(running([0, 1], [0, 1]))
      .when(collapseAsked(2), collapseAsked(3), collapseAsked(1), collapseAsked(3))
      .gives(collapsed(2, 'user'), collapsed(3, 'user'))
      .when(ended(0), ended(1), polled([2]), taken(0), ended(0))
      .gives(store(2), fetch(2), ready(0, 2), runCollapsed([2]), store(3), fetch(3))
      .when(polled([3]), taken(0), ended(0), polled([4], { slots: [1] }))
      .gives(ready(0, 3), runCollapsed([3]), store(4), fetch(4), ready(1, 4))
  })

  it('C2: it acts from the next batch on', () => {
    given(polled([0, 1], { slots: [0, 1] }), taken(0), collapseAsked(9))
      .when(taken(1))
      .gives(run(1, [1]))
  })

  it('C4: what is marked is left out of a manual collapse too', () => {
    given(running([0, 1, 2], [0, 1, 0]), marked(1), collapseAsked(2), pauseAsked(0, 0, 5))
      .when(ended(0), ended(1), resumed, polled([0, 1, 2]), taken(0))
      .gives(paused('user', 0, 5), fetch(0), ready(0, 3), runCollapsed([0, 2]))
      .givesBatch(batch(2, 1, 'collapsed'))
  })
})

describe('dead letters', () => {
  const once = under(letters(1))

  it('D2: a virtual run, a collapsed run, then dispatch', () => {
    once(running([0, 1], [0, 1]), ended(0))
      .when(failed(1, 1))
      .gives(collapsed(1, 'failure'), paused('failure', 0, 1000, 1))
      .when(...again([0, 1], 1))
      .gives(fetch(0), ready(0, 2), runCollapsed([0, 1], 2), dispatch(1, 2, 0))
  })

  it('D2: as many retries as are allowed', () => {
    under(letters(3))(running([0], [0]), failed(0), ...again([0]), ...again([0]))
      .when(...again([0]))
      .gives(fetch(0), ready(0, 3), runCollapsed([0], 4), dispatch(0, 4, 1))
  })

  it('D2: only from a collapsed run: a virtual one is retried however many failed before', () => {
    const scenario = under(letters(0))(running([0, 1], [0, 1]), ended(0))
    scenario
      .when(failed(1, 1))
      .gives(collapsed(1, 'failure'), paused('failure', 0, 1000, 1))
      .when(...again([0, 1], 1))
      .gives(fetch(0), ready(0, 2), runCollapsed([0, 1], 2), dispatch(1, 2, 0))
  })

  it('D2: without VPs every run is in log order', () => {
    under({ ...letters(0), isVirtual: false })(polled([0, 1]), taken(0))
      .when(failed(0))
      .gives(dispatch(0, 1, 1))
  })

  it('D3: the message that the error names', () => {
    once(running([0, 1, 2], [0, 0, 0]), failed(0, 1))
      .when(...again([0, 1, 2], 1))
      .gives(fetch(0), ready(0, 3), runCollapsed([0, 1, 2], 2), dispatch(1, 2, 0))
  })

  it('D3: nothing where the named one was marked meanwhile: the others have not failed', () => {
    expect(deadLetterOf([3, 4], 3, (offset) => offset === 3)).toBeNull()
    expect(deadLetterOf([3, 4], 3, () => false)).toBe(3)
  })

  it('D3: else the first unmarked one of the batch', () => {
    once(running([0, 1, 2], [0, 0, 0]), failed(0), resumed, polled([0, 1, 2]), taken(0))
      .when(marked(0), failed(0))
      .gives(store(1), dispatch(1, 2, 2))
  })

  it('D3: a name that is not of this run does not count', () => {
    once(running([0, 1], [0, 0]), failed(0, 9), resumed, polled([0, 1]), taken(0))
      .when(failed(0, 9))
      .gives(dispatch(0, 2, 1))
  })

  it('D3: where all are marked there is nothing to give up', () => {
    once(running([0], [0]), failed(0), resumed, polled([0]), taken(0), marked(0))
      .when(failed(0))
      .gives(paused('failure', 1, 2000, 2))
  })

  it('D5: after dispatch it is marked, the count begins anew, a base pause follows', () => {
    once(running([0, 1], [0, 1]), ended(1), failed(0), ...again([0, 1]))
      .when(dispatched, resumed)
      .gives(store(1), paused('dead-letter', 1, 1000), fetch(1))
      .when(polled([1]), taken(0))
      .gives(ready(0, 4), runCollapsed([1]))
  })

  it('D5: only the dead letter is marked, not those of its job before it', () => {
    once(running([0, 1, 2], [0, 0, 0]), failed(0), ...again([0, 1, 2], 1))
      .when(dispatched, resumed, polled([0, 1, 2]), taken(0))
      .gives(paused('dead-letter', 0, 1000), fetch(0), ready(0, 6), runCollapsed([0, 2]))
  })

  it('D5: the letter is marked under manual offset management too (L6)', () => {
    const manual = under({ ...letters(1), manualOffsets: true })
    manual(running([0], [0]), failed(0), ...again([0]))
      .when(dispatched)
      .gives(store(1), paused('dead-letter', 1, 1000))
  })

  it('D5: without markAfterDispatch it is left out, and covered by the next later mark', () => {
    const unmarked = under({ ...letters(1, { mark: false }), manualOffsets: true })
    unmarked(running([0, 1], [0, 0]), failed(0), ...again([0, 1]))
      .when(dispatched, resumed, polled([0, 1]), taken(0))
      .gives(paused('dead-letter', 0, 1000), fetch(0), ready(0, 5), runCollapsed([1]))
      .when(marked(1))
      .gives(store(2))
  })

  it('D5: or by the next batch that ends well, when it is of later messages alone', () => {
    const unmarked = under(letters(1, { mark: false }))
    unmarked(running([0], [0]), failed(0), ...again([0]), dispatched, resumed)
      .when(polled([0]))
      .gives(fetch(1))
      .when(running([1], [1]), ended(1))
      .gives(ready(1, 3), run(1, [1]), store(2), fetch(2))
  })

  it('D5: when dispatch failed it is tried again, nothing lost', () => {
    once(running([0, 1], [0, 1]), ended(1), failed(0), ...again([0, 1]))
      .when(notDispatched)
      .gives(paused('failure', 0, 2000, 2))
      .when(...again([0, 1]))
      .gives(fetch(0), ready(0, 4), runCollapsed([0, 1], 3), dispatch(0, 3, 1))
  })

  it('D5: nothing is fetched or run while a dead letter is on its way', () => {
    once(running([0], [0]), failed(0), ...again([0]))
      .when(resumed, polled([0]), taken(0), ended(0))
      .gives()
  })

  it('D5: an answer to no dispatch changes nothing', () => {
    once(running([0], [0]))
      .when(dispatched, notDispatched)
      .gives()
  })

  it('D6: independent: a mark while retrying begins the count anew', () => {
    const independent = under(letters(1, { independent: true }))
    independent(running([0, 1], [0, 0]), failed(0), resumed, polled([0, 1]), taken(0))
      .when(marked(0), failed(0, 1))
      .gives(store(1), paused('failure', 1, 1000, 1))
      .when(...again([1], 1))
      .gives(fetch(1), ready(0, 4), runCollapsed([1], 2), dispatch(1, 2, 2))
  })

  it('D6: otherwise the failures of different messages count together', () => {
    once(running([0, 1], [0, 0]), failed(0), resumed, polled([0, 1]), taken(0))
      .when(marked(0), failed(0, 1))
      .gives(store(1), dispatch(1, 2, 2))
  })

  it('D6: a mark of what is covered is a no-op (O5) and does not begin the count anew', () => {
    const independent = under(letters(1, { independent: true }))
    independent(running([0, 1], [0, 0]), marked(0), failed(0, 1), resumed, polled([1]), taken(0))
      .when(marked(0), failed(0, 1))
      .gives(dispatch(1, 2, 2))
  })

  it('D7: the order says what the position will be, which a transaction commits', () => {
    once(running([0, 1, 2, 5], [0, 1, 1, 1]), marked(2), failed(0), ended(1))
      .when(...again([0, 1, 2, 5]))
      .gives(fetch(0), ready(0, 4), runCollapsed([0, 5], 2), dispatch(0, 2, 3))
  })

  it('D7: a partition that was lost dispatches nothing', () => {
    once(running([0], [0]), failed(0), resumed, polled([0]), taken(0))
      .when(revoked, failed(0))
      .gives('stop-fetch')
  })

  it('D2: a batch before the failed one, fetched again unmarked, does not begin the count anew', () => {
    const manual = under({ ...letters(1), manualOffsets: true })
    manual(running([0, 1], [0, 1]), ended(0), ended(1), running([2, 3], [0, 1]))
      .when(ended(0), failed(1, 3))
      .gives(collapsed(3, 'failure'), paused('failure', 0, 1000, 1))
      .when(resumed, polled([0, 1]), taken(0), ended(0))
      .gives(fetch(0), ready(0, 4), runCollapsed([0, 1], 2), fetch(2))
      .when(polled([2, 3]), taken(0), failed(0, 3))
      .gives(ready(0, 6), runCollapsed([2, 3], 2), dispatch(3, 2, 0))
  })

  it('E5: endless failures keep the pause at its most, and the count finite', () => {
    const scenario = given(running([0], [0]), failed(0))
    for (let i = 0; i < 1200; i++) scenario.when(...again([0]))
    scenario
      .when(...again([0]))
      .gives(
        ...[fetch(0), ready(0, 1201), runCollapsed([0], 1202)],
        paused('failure', 0, 30_000, 1202),
      )
    expect(scenario.partition.state.tracker.outstanding).toBe(1)
  })
})
