import type { RequestHook } from '../../ports/group-admin.ts'

/**
 * Ends the process as `kill -9` does, at one of the boundaries of its requests: before the first,
 * after the first, before the second, .. That is how tests see that a run may be cut anywhere.
 * @returns undefined unless PSTOOL_FAULT_KILL_AT says at which (from 1)
 */
export function killSwitch(
  env: Readonly<Record<string, string | undefined>>,
): RequestHook | undefined {
  const at = Number(env.PSTOOL_FAULT_KILL_AT)
  if (!Number.isSafeInteger(at) || at < 1) return undefined
  let boundary = 0
  return () => {
    boundary++
    if (boundary === at) process.kill(process.pid, 'SIGKILL')
  }
}
