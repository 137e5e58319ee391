import { type CliOptions, documentOf, pstool } from '../cli.ts'

/** The document of a run that has to end well, with nothing said on stderr. */
export async function documentFrom<T>(
  args: readonly string[],
  options: CliOptions = {},
): Promise<T> {
  const flagsEnd = args.includes('--') ? args.indexOf('--') : args.length
  const result = await pstool(args.toSpliced(flagsEnd, 0, '--json'), options)
  if (result.exitCode !== 0 || result.stderr !== '') {
    throw new Error(
      `pstool ${args.join(' ')} ended with ${result.exitCode}: ${result.stderr}${result.stdout}`,
    )
  }
  return documentOf<T>(result)
}

/** Values as NDJSON, a line each. */
export function ndjson(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}
