import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'

/** Where a question is asked and answered. */
export interface PromptStreams {
  readonly input: Readable
  readonly output: Writable
}

/**
 * Asks and waits for a line. null when nobody answers: the input ended, or the question was
 * interrupted.
 */
export async function ask(
  question: string,
  { input, output }: PromptStreams,
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return null
  const lines = createInterface({ input, output, terminal: true })
  const { promise, resolve } = Promise.withResolvers<string | null>()
  // What follows does not go on in the line of the question.
  const leave = () => {
    output.write('\n')
    resolve(null)
  }
  lines.once('line', resolve)
  lines.once('close', leave)
  // A terminal in raw mode gives Ctrl-C as a key, which reaches nobody else.
  lines.once('SIGINT', leave)
  signal.addEventListener('abort', leave, { once: true })
  try {
    lines.setPrompt(question)
    lines.prompt()
    return await promise
  } finally {
    signal.removeEventListener('abort', leave)
    lines.off('close', leave)
    lines.close()
  }
}
