import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('load-user-files.ts', import.meta.url))

export interface Answer {
  readonly gave?: unknown
  readonly config?: Record<string, unknown>
  readonly path?: string
  readonly code?: string
  readonly message?: string
  readonly suggestions?: readonly string[]
}

/** The answers of `load-user-files.ts`, and what it wrote to stderr. */
export function loadInNode(
  requests: readonly { cwd: string; config?: string; reference?: string }[],
): { answers: Answer[]; afterwards: string; stderr: string } {
  const child = spawnSync(process.execPath, [SCRIPT], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
  })
  if (child.status !== 0) throw new Error(child.stderr)
  return { ...JSON.parse(child.stdout), stderr: child.stderr }
}
