/** One figure with its labels, in the order in which they are written. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** Figures of one name. Counters end in `_total`. */
export interface MetricFamily {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly samples: readonly Sample[]
}

/**
 * The families in Prometheus' text exposition format 0.0.4: HELP, TYPE, then a line per sample;
 * families without samples are left out, and the order is the one given.
 */
export function prometheusText(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const lines = samples.map((sample) => `${name}${labelsOf(sample)} ${figureText(sample)}\n`)
      return `# HELP ${name} ${helpOf(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')
}

function helpOf(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function labelsOf({ labels }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${labelText(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function labelText(value: string | number): string {
  // A lone surrogate has no UTF-8; the scraper would refuse the whole page.
  return String(value)
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
}

function figureText({ value }: Sample): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value)
}
