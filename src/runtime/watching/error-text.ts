const MOST = 300

/** What was thrown as text of at most 300 characters, whatever it is. Never throws. */
export function textOfError(error: unknown): string {
  const text = whole(error).toWellFormed()
  if (text.length <= MOST) return text
  return `${text.slice(0, MOST - 2).replace(/[\ud800-\udbff]$/, '')}..`
}

function whole(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'an error that has no text'
  }
}
