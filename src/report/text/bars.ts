const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const LEVELS = '▁▂▃▄▅▆▇█'

/** A bar for 0..1 in at most `width` columns; anything above nothing shows at least a sliver. */
export function barOf(fraction: number, width: number, unicode: boolean): string {
  const filled = Math.min(Math.max(fraction, 0), 1) * width
  if (!(filled > 0)) return ''
  if (!unicode) return '#'.repeat(Math.max(1, Math.round(filled)))
  const eighths = Math.max(1, Math.round(filled * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]
}

/** The highest of any number of loads, at least 1: what bars are measured by. */
export function highestOf(loads: readonly number[]): number {
  return loads.reduce((highest, load) => Math.max(highest, load), 1)
}

/** One character per load, relative to the highest: `▁▅█`, or `159`; an empty slot is a dot. */
export function sparkOf(loads: readonly number[], unicode: boolean): string {
  const highest = highestOf(loads)
  return loads
    .map((load) => {
      if (!(load > 0)) return '.'
      const level = Math.ceil((load / highest) * (unicode ? LEVELS.length : 9))
      return unicode ? LEVELS[level - 1] : String(level)
    })
    .join('')
}
