import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/**
 * The emphasis of reports in a terminal's own sixteen colours, which the user's theme keeps
 * readable on any background. Whether colour is wanted is decided before (`terminalOf`).
 */
export const colours = {
  strong: styled('bold'),
  faint: styled('dim'),
  good: styled('green'),
  warn: styled('yellow'),
  bad: styled('red'),
  bar: styled('cyan'),
}

function styled(format: Format): (text: string) => string {
  return (text) => styleText(format, text, { validateStream: false })
}
