/** Where the line goes: a terminal, in practice stderr. */
export interface ProgressOptions {
  readonly stream: { readonly write: (text: string) => unknown }
  /** `Terminal.interactive` of that stream: elsewhere nothing is written. */
  readonly interactive: boolean
  readonly columns: number
  /** Milliseconds of a clock that never goes back: `performance.now`. */
  readonly now: () => number
}

/** A line about work that takes a while. Call `end` before anything else is written. */
export interface ProgressLine {
  /** Records done so far and in all, null where nobody knows. */
  readonly update: (done: number, expected: number | null) => void
  /** Takes the line away, if there is one. */
  readonly end: () => void
}

/** Short work shows nothing. */
const QUIET_MS = 1000
/** Eyes need no more, and writing to a slow terminal holds up the work. */
const BETWEEN_MS = 100
const CLEAR_LINE = '\r\x1b[K'

/** A progress line that shows up after a second and is redrawn at most ten times a second. */
export function progressLine({ stream, interactive, columns, now }: ProgressOptions): ProgressLine {
  const start = now()
  let drawnAt: number | null = null
  return {
    update: (done, expected) => {
      const time = now()
      if (!interactive || time - start < QUIET_MS) return
      if (drawnAt !== null && time - drawnAt < BETWEEN_MS) return
      drawnAt = time
      // The last column stays free: some terminals go on to the next line when it is filled.
      const line = progressText(done, expected, (time - start) / 1000).slice(0, columns - 1)
      stream.write(`${CLEAR_LINE}${line}`)
    },
    end: () => {
      if (drawnAt !== null) stream.write(CLEAR_LINE)
      drawnAt = null
    },
  }
}

/** `1,200,000 of 4,800,000 records, 25 %, 2,400,000/s, 2 s left`. */
function progressText(done: number, expected: number | null, seconds: number): string {
  const rate = done / seconds
  const perSecond = `${whole(rate)}/s`
  if (expected === null || expected < done) return `${whole(done)} records, ${perSecond}`
  const part = expected === 0 ? 100 : Math.floor((100 * done) / expected)
  const left = rate === 0 ? '' : `, ${timeLeft((expected - done) / rate)} left`
  return `${whole(done)} of ${whole(expected)} records, ${part} %, ${perSecond}${left}`
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function timeLeft(seconds: number): string {
  const rounded = Math.ceil(seconds)
  if (rounded < 60) return `${rounded} s`
  const minutes = Math.floor(rounded / 60)
  if (minutes < 60) return `${minutes} min ${rounded % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
