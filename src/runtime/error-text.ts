/** `TypeError: no such user`: what was thrown or given, as a text, whatever it was. */
export function errorText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  } catch {
    // An object without a prototype, or one whose text throws.
    return `a thrown ${typeof error} without a text`
  }
}

/** The message alone of an error, else its text. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? String(error.message) : errorText(error)
}
