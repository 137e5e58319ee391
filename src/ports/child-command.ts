/** How a child process ended: code or signal is null, or both where it never started. */
export interface ChildExit {
  readonly code: number | null
  readonly signal: string | null
  /** Whether it has handed something over. */
  readonly handedOver: boolean
}

/** A run of this command line in a process of its own. */
export interface ChildCommand {
  /** Resolves when it has ended and everything that it wrote was handed on. Never rejects. */
  readonly ended: Promise<ChildExit>
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void
}

/** Who gets what a child writes. */
export interface ChildListener {
  /** A line of its stdout, without the line break. */
  out(line: string): void
  /** A line of its stderr. */
  err(line: string): void
  /** What it hands over by `handOver`. */
  received(value: unknown): void
}

/** Starts this command line once more. @param args without the program itself */
export type StartChild = (args: readonly string[], listener: ChildListener) => ChildCommand
