/** What a failed command prints with `--json`, in place of its document. */
export interface ErrorDocument {
  readonly error: {
    /** Stable: `input.bad-record`. */
    readonly code: string
    readonly message: string
    /** What to try, a sentence each. */
    readonly suggestions: readonly string[]
  }
}
