import { AsyncLocalStorage } from 'node:async_hooks'
import { UsageError } from '../errors.ts'

/** What has a mutex to itself. */
interface Turn {
  readonly mutex: unknown
  readonly around: Turn | undefined
  isOver: boolean
}

/** Whose turn code runs in; what it left behind knows that the turn is over. */
const turns = new AsyncLocalStorage<Turn>()

/** Runs what has the mutex now; what is asked for from inside is known as such. */
export async function inTurn<T>(mutex: unknown, run: () => T | Promise<T>): Promise<T> {
  const turn: Turn = { mutex, around: lasting(turns.getStore()), isOver: false }
  try {
    return await turns.run(turn, run)
  } finally {
    turn.isOver = true
  }
}

/** @throws UsageError inside a turn of the same mutex: to wait there for another is to wait for ever */
export function refuseInside(mutex: unknown): void {
  for (let turn = lasting(turns.getStore()); turn !== undefined; turn = lasting(turn.around)) {
    if (turn.mutex !== mutex) continue
    throw new UsageError(
      'runtime.synchronize-inside',
      'synchronize was called inside synchronize of the same partition, and would wait for itself',
      ['Call the inner function as it is: it runs alone already.'],
    )
  }
}

/** The innermost turn that is not over: what goes on for ever keeps no chain of those that are. */
function lasting(turn: Turn | undefined): Turn | undefined {
  let inner = turn
  while (inner?.isOver) inner = inner.around
  return inner
}
