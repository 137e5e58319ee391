import type { Checker } from '../replay.ts'
import { lettersInOrder } from './dead-letters.ts'
import { committedBeforeLeaving } from './hand-over.ts'
import { nothingLost } from './i1-nothing-lost.ts'
import { commitsBehindWork } from './i2-commits.ts'
import { keysInOrder } from './i3-key-order.ts'
import { collapsedInOrder } from './i4-collapsed-order.ts'
import { markedStayMarked } from './i5-no-repeats.ts'
import { workersInBounds } from './i6-concurrency.ts'
import { segmentsApart } from './i7-segments.ts'
import { restartsWhereCommitted } from './i8-restarts.ts'
import { hooksOnce } from './i9-hooks.ts'
import { comesToAnEnd } from './liveness.ts'
import { marksAnswer } from './marks.ts'
import { pausesHold } from './pauses.ts'

/** Those of a run, which know nothing yet. */
export function allCheckers(): readonly Checker[] {
  return [
    commitsBehindWork(),
    keysInOrder(),
    collapsedInOrder(),
    markedStayMarked(),
    workersInBounds(),
    segmentsApart(),
    restartsWhereCommitted(),
    hooksOnce(),
    marksAnswer(),
    committedBeforeLeaving(),
    pausesHold(),
    lettersInOrder(),
    comesToAnEnd(),
    nothingLost(),
  ]
}
