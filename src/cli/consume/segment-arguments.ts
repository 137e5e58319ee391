import { parse } from 'node:path'
import type { ConsumeFlags } from '../flags/consume-flags.ts'

/** What a process of one segment is given otherwise. */
const REPLACED = ['segment-ids', 'metrics-port', 'trace', 'report'] as const

/**
 * The arguments of a process that consumes one segment: those that were typed, but for what is said
 * per process. Its metrics are at the port plus its number, its files have its number in their names.
 */
export function segmentArguments(
  typed: readonly string[],
  flags: ConsumeFlags,
  segment: number,
): readonly string[] {
  const port = flags['metrics-port']
  const own = [
    ...['--segment-ids', String(segment)],
    ...(port === undefined ? [] : ['--metrics-port', String(port === 0 ? 0 : port + segment)]),
    ...(flags.trace === undefined ? [] : ['--trace', numbered(flags.trace, segment)]),
    ...(flags.report === undefined ? [] : ['--report', numbered(flags.report, segment)]),
  ]
  return ['consume', ...own, ...withoutReplaced(typed)]
}

function withoutReplaced(typed: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (let at = 0; at < typed.length; at++) {
    const word = typed[at]!
    if (word === '--') return [...kept, ...typed.slice(at)]
    if (word === '--spawn') continue
    const name = REPLACED.find((each) => word === `--${each}` || word.startsWith(`--${each}=`))
    if (name === undefined) kept.push(word)
    else if (word === `--${name}`) at++
  }
  return kept
}

/** `trace.json` of segment 2 is `trace-2.json`, `trace.json.gz` is `trace-2.json.gz`. */
function numbered(path: string, segment: number): string {
  const { dir, base } = parse(path)
  const [, name, endings] = /^(.[^.]*)(.*)$/s.exec(base)!
  return `${dir === '' || dir.endsWith('/') ? dir : `${dir}/`}${name}-${segment}${endings}`
}
