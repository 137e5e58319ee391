import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CliOptions, CliResult } from '../cli.ts'

/** A cluster of its own, and a folder in which the CLI is run on it. */
export interface CrashPlace {
  /** `local:c.db`, `kafka://127.0.0.1:9092`, .. */
  readonly uri: string
  readonly path: string
  pstool(args: readonly string[], options?: CliOptions): Promise<CliResult>
  /** What the groups have committed, in a form that is equal when all of it is. */
  dump(): Promise<string>
  /** The same again, where that is cheaper than another run up to the same point. */
  copy?(): CrashSite | Promise<CrashSite>
}
export type CrashSite = CrashPlace & (Disposable | AsyncDisposable)

export interface CrashCase {
  /** A site as it is before the command; each call makes another. */
  readonly fresh: () => Promise<CrashSite>
  /** The command, without `--cluster`. */
  readonly args: readonly string[]
  /** The journal that goes on and back where the command writes none of its own. */
  readonly journal?: string
  /** The dump that `restore` has to give; what `fresh` gives unless told. */
  readonly before?: string
}

/** What came of a run that was killed at a request boundary. */
export interface Killed {
  readonly at: number
  readonly journal: string | null
  /** Only without a journal: is all as it was? */
  readonly untouched: boolean | null
  readonly resumed: { readonly exitCode: number | null; readonly asPlanned: boolean } | null
  readonly restored: { readonly exitCode: number | null; readonly asBefore: boolean } | null
}

/** Nothing was changed, or both ways lead out: on to the plan, and back to what was. */
export function isSafe({ journal, untouched, resumed, restored }: Killed): boolean {
  if (journal === null) return untouched === true
  return (
    resumed?.exitCode === 0 && resumed.asPlanned && restored?.exitCode === 0 && restored.asBefore
  )
}

const AT_ONCE = 6
const JOURNALS = join('.pstool', 'journals')

/**
 * Kills the command at its first request boundary, its second, .. until a run survives, and goes on
 * and back from each.
 * @returns one entry per boundary
 */
export async function killedEverywhere(one: CrashCase): Promise<readonly Killed[]> {
  await using plain = await one.fresh()
  const before = one.before ?? (await plain.dump())
  await done(plain, one.args)
  const after = await plain.dump()
  const killed: Killed[] = []
  for (let first = 1; ; first += AT_ONCE) {
    const boundaries = Array.from({ length: AT_ONCE }, (_, i) => first + i)
    const ends = await Promise.all(boundaries.map((at) => killedAt(one, at, before, after)))
    killed.push(...ends.filter((end) => end !== null))
    if (ends.includes(null)) return killed
  }
}

/** @returns null where the run survived, which it may only with the plan carried out */
async function killedAt(
  one: CrashCase,
  at: number,
  before: string,
  after: string,
): Promise<Killed | null> {
  await using site = await one.fresh()
  const start = await site.dump()
  const known = new Set(journalsIn(site))
  if (await survives(site, one.args, at)) {
    if ((await site.dump()) !== after) throw new Error(`survived ${at}, and is not as planned`)
    return null
  }
  const journal = journalsIn(site).find((path) => !known.has(path)) ?? one.journal ?? null
  if (journal === null) {
    const untouched = (await site.dump()) === start
    return { at, journal, untouched, resumed: null, restored: null }
  }
  await using twin = await twinOf(site, one, at)
  const back = journalsIn(twin).find((path) => !known.has(path)) ?? journal
  const resumed = await on(site, ['segments', 'resume', journal])
  const restore = ['segments', 'restore', back, '--yes', '--quiet-window', '0']
  const restored = await on(twin, restore)
  return {
    at,
    journal,
    untouched: null,
    resumed: { exitCode: resumed.exitCode, asPlanned: (await site.dump()) === after },
    restored: { exitCode: restored.exitCode, asBefore: (await twin.dump()) === before },
  }
}

async function twinOf(site: CrashSite, { fresh, args }: CrashCase, at: number): Promise<CrashSite> {
  if (site.copy !== undefined) return await site.copy()
  const twin = await fresh()
  if (await survives(twin, args, at)) throw new Error(`killed at ${at} once, and not again`)
  return twin
}

async function survives(site: CrashSite, args: readonly string[], at: number): Promise<boolean> {
  const env = { PSTOOL_FAULT_KILL_AT: String(at) }
  const { signal, exitCode, stderr } = await on(site, args, { env })
  if (signal === 'SIGKILL') return false
  if (exitCode !== 0) throw new Error(`${args.join(' ')} at ${at}: ${exitCode} ${stderr}`)
  return true
}

async function done(site: CrashSite, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await on(site, args)
  if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${exitCode} ${stderr}`)
}

function on(site: CrashSite, args: readonly string[], options: CliOptions = {}) {
  return site.pstool([...args, '--cluster', site.uri], options)
}

/** Paths as the CLI is given them. */
export function journalsIn({ path }: Pick<CrashPlace, 'path'>): string[] {
  const folder = join(path, JOURNALS)
  return existsSync(folder) ? readdirSync(folder).map((name) => join(JOURNALS, name)) : []
}
