const CLEAR_LINE = '\r\x1b[K'

/** A line that is drawn over itself. Call `clear` before anything else is written. */
export interface StatusLine {
  readonly show: (text: string) => void
  readonly clear: () => void
}

/** Where it goes: a terminal; elsewhere nothing is written. */
export interface StatusLineOptions {
  readonly stream: { readonly write: (text: string) => unknown }
  readonly interactive: boolean
  readonly columns: number
}

/** A line about work that goes on until somebody ends it. */
export function statusLine({ stream, interactive, columns }: StatusLineOptions): StatusLine {
  let isDrawn = false
  return {
    show(text) {
      if (!interactive) return
      isDrawn = true
      // The last column stays free: some terminals go on to the next line when it is filled.
      stream.write(`${CLEAR_LINE}${text.slice(0, columns - 1)}`)
    },
    clear() {
      if (isDrawn) stream.write(CLEAR_LINE)
      isDrawn = false
    },
  }
}
