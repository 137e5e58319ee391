/** How a run is asked to end from outside. */
export interface Stop {
  readonly signal: AbortSignal
  /** 130 or 143 once a signal came, else null. */
  exitCode(): number | null
  /** Gives SIGINT and SIGTERM back to Node. */
  release(): void
}

const EXIT = { SIGINT: 130, SIGTERM: 143 } as const

/** The first SIGINT or SIGTERM aborts the signal; the second ends the process at once. */
export function stopOnSignals(): Stop {
  const controller = new AbortController()
  let code: number | null = null
  const on = (name: 'SIGINT' | 'SIGTERM') => {
    if (code !== null) process.exit(EXIT[name])
    code = EXIT[name]
    controller.abort()
  }
  process.on('SIGINT', on)
  process.on('SIGTERM', on)
  return {
    signal: controller.signal,
    exitCode: () => code,
    release() {
      process.off('SIGINT', on)
      process.off('SIGTERM', on)
    },
  }
}
