/** How emphasis looks: each function wraps text that is already measured and padded. */
export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly good: (text: string) => string
  readonly warn: (text: string) => string
  readonly bad: (text: string) => string
  readonly bar: (text: string) => string
}

const same = (text: string) => text

/** No colour codes at all: pipes, files, NO_COLOR. */
export const noPaint: Paint = {
  strong: same,
  faint: same,
  good: same,
  warn: same,
  bad: same,
  bar: same,
}
