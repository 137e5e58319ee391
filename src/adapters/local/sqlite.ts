import type * as Sqlite from 'node:sqlite'

/**
 * `node:sqlite` without the ExperimentalWarning that some Node versions print when it is loaded:
 * the user can do nothing about it. Every other warning goes through.
 */
export function loadSqlite(): typeof Sqlite {
  const emitWarning = process.emitWarning
  process.emitWarning = ((...warning: Parameters<typeof emitWarning>) => {
    if (!/sqlite/i.test(String(warning[0]))) emitWarning.apply(process, warning)
  }) as typeof emitWarning
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}
