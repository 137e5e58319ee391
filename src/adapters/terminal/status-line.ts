const CLEAR_LINE = '\r\x1b[K'

/** A line that is drawn over itself, and goes out of the way of whatever else is written. */
export interface StatusLine {
  readonly show: (text: string) => void
  /** Takes the line away and lets go of the terminal. */
  readonly end: () => void
}

interface TextStream {
  write: (...args: never[]) => boolean
}

/** Where it goes: a terminal; elsewhere nothing is written. */
export interface StatusLineOptions {
  readonly stream: TextStream
  /** Every stream that the same terminal shows, which the user's own code may write to. */
  readonly sharing: readonly TextStream[]
  readonly interactive: boolean
  /** As of now: a window may be made narrower. */
  readonly columns: () => number
}

/** A line about work that goes on until somebody ends it. */
export function statusLine(options: StatusLineOptions): StatusLine {
  const { stream, sharing, interactive, columns } = options
  if (!interactive) return { show() {}, end() {} }
  const draw = (stream.write as (text: string) => boolean).bind(stream)
  let isDrawn = false
  let isInLine = false
  const clear = () => {
    if (isDrawn) draw(CLEAR_LINE)
    isDrawn = false
  }
  const originals = sharing.map((each) => {
    const { write } = each
    each.write = (...args) => {
      clear()
      isInLine = !/[\n\r]$/.test(String(args[0]))
      return Reflect.apply(write, each, args)
    }
    return () => {
      each.write = write
    }
  })
  return {
    show(text) {
      // It would be drawn over the beginning of somebody else's line.
      if (isInLine) return
      isDrawn = true
      // The last column stays free: some terminals go on to the next line when it is filled.
      draw(`${CLEAR_LINE}${text.slice(0, columns() - 1)}`)
    },
    end() {
      clear()
      for (const giveBack of originals) giveBack()
    },
  }
}
