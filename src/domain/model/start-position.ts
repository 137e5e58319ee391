/** What to do where nothing is committed that the log still has. */
export type StartFrom = 'earliest' | 'latest' | 'fail'

/**
 * The next offset to read: the committed one, or where `startFrom` puts it when there is none, or
 * when the log does not reach there any more (retention) or not yet (its end was lost).
 * @returns null where `startFrom` is `fail` and there is nothing else to go by
 */
export function startPosition(
  log: { readonly start: bigint; readonly end: bigint },
  committed: bigint | null,
  startFrom: StartFrom,
): number | null {
  if (committed !== null && committed >= log.start && committed <= log.end) return Number(committed)
  if (startFrom === 'fail') return null
  return Number(startFrom === 'earliest' ? log.start : log.end)
}
