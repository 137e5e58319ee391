import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { KAFKA_VERSION } from '../test/support/kafka/distribution.ts'

/** What figures depend on besides the code. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  readonly kafka: string
  /** null where it is not installed. */
  readonly kcat: string | null
  readonly awk: string | null
}

/** Describes the machine and the versions of what is measured on it. */
export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    kafka: KAFKA_VERSION,
    kcat: kcatVersion(),
    awk: awkVersion(),
  }
}

function kcatVersion(): string | null {
  const own = firstMatch(/Version (\S+)/, 'kcat', '-V')
  const library = firstMatch(/(librdkafka \S+)/, 'kcat', '-V')
  return own === null ? null : [own, library ?? ''].join(' ').trim()
}

function awkVersion(): string | null {
  return (
    firstMatch(/^(mawk \S+)/, 'awk', '-W', 'version') ??
    firstMatch(/^(GNU Awk [^,]+)/, 'awk', '--version') ??
    firstMatch(/^(.+)/, 'awk', '--version')
  )
}

function firstMatch(pattern: RegExp, program: string, ...args: string[]): string | null {
  try {
    const stdio = ['ignore', 'pipe', 'pipe'] as const
    const said = execFileSync(program, args, { encoding: 'utf8', stdio: [...stdio] })
    return pattern.exec(said)?.[1] ?? null
  } catch {
    return null
  }
}
