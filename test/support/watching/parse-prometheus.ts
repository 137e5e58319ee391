/** A family as a strict reader of the text exposition format 0.0.4 sees it. */
export interface ParsedFamily {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: { readonly labels: Record<string, string>; readonly value: number }[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const VALUE = /^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y

/**
 * Reads what the format allows and we write: HELP, TYPE, then every sample of that family, each
 * series once. @throws Error for anything else
 */
export function parsePrometheus(text: string): ParsedFamily[] {
  if (text === '') return []
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families: ParsedFamily[] = []
  const seen = new Set<string>()
  const lines = text.slice(0, -1).split('\n')
  for (let at = 0; at < lines.length; ) {
    const help = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\]|\\\\[\\\\n])*)$`).exec(lines[at++]!)
    if (help === null) throw new Error(`no HELP: ${lines[at - 1]}`)
    const name = help[1]!
    const type = /^# TYPE (\S+) (counter|gauge)$/.exec(lines[at++] ?? '')
    if (type?.[1] !== name) throw new Error(`no TYPE of ${name}: ${lines[at - 1]}`)
    if (families.some((family) => family.name === name)) throw new Error(`${name} comes twice`)
    const family: ParsedFamily = { name, type: type[2]!, help: help[2]!, samples: [] }
    while (at < lines.length && !lines[at]!.startsWith('#')) {
      const line = lines[at++]!
      const sample = new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 's').exec(line)
      if (sample === null || !VALUE.test(sample[2]!)) throw new Error(`no sample: ${line}`)
      const labels = labelsOf(sample[1] ?? '')
      const series = JSON.stringify([name, Object.entries(labels).sort()])
      if (seen.has(series)) throw new Error(`a series twice: ${line}`)
      seen.add(series)
      family.samples.push({ labels, value: Number(sample[2]!.replace('Inf', 'Infinity')) })
    }
    if (family.samples.length === 0) throw new Error(`${name} has no samples`)
    families.push(family)
  }
  return families
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    LABEL.lastIndex = at
    const [, name, value] = LABEL.exec(text) ?? []
    if (name === undefined || name in labels) throw new Error(`bad labels: ${text}`)
    labels[name] = value!.replace(/\\(.)/gs, (_, escaped) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}
