import { Command, Flags, type Interfaces } from '@oclif/core'
import type { DocumentHeader } from '../domain/model/document.ts'
import { BugError, PstoolError, UsageError } from '../errors.ts'
import type { UserModules } from '../ports/user-modules.ts'
import { jsonText } from '../report/format/json-text.ts'
import { screen, userModules } from './compose.ts'
import { loadConfig } from './config/load-config.ts'
import { resolveSettings, type Settings, type SettingsInput } from './config/resolve-settings.ts'
import { errorText } from './error-text.ts'
import { exitCodeOf } from './exit-codes.ts'
import { refuseEmptyNames } from './flags/empty-flags.ts'
import { type FrameworkError, flagProblem } from './flags/flag-problem.ts'
import type { TypedFlags } from './flags/idle-flags.ts'

/** What commands take beside `baseFlags` that read the configuration. */
export const configFlags = {
  config: Flags.file({
    description: 'configuration file instead of the nearest pstool.config.*',
    env: 'PSTOOL_CONFIG',
    helpGroup: 'GLOBAL',
  }),
}

type AnyFlags = Interfaces.OutputFlags<Interfaces.FlagInput>

/** What every command shares: `--json`, `--format`, colour, errors with codes. */
export abstract class PstoolCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {
    format: Flags.option({
      description: 'how the document is written',
      options: ['table', 'json', 'markdown', 'csv'] as const,
      helpGroup: 'GLOBAL',
    })(),
    color: Flags.boolean({
      description: 'colour, as NO_COLOR and the terminal say unless given',
      allowNo: true,
      helpGroup: 'GLOBAL',
    }),
  }

  /** Known once the flags are parsed. */
  protected typed: TypedFlags = new Set()

  protected get generatedBy(): string {
    return `pstool ${this.config.version}`
  }

  protected override async parse<F extends AnyFlags, B extends AnyFlags, A extends AnyFlags>(
    options?: Interfaces.Input<F, B, A>,
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options)
    const typed = parsed.raw.filter((token) => token.type === 'flag')
    this.typed = new Set(typed.map(({ flag }) => flag))
    refuseEmptyNames(typed)
    const { format } = parsed.flags as ShowFlags
    if (this.jsonEnabled() && this.typed.has('format') && format !== 'json') throw formatTwice()
    return parsed
  }

  /** Flags, variables and configuration, put together. */
  protected async settings(
    flags: SettingsInput['flags'] & { readonly config?: string | undefined },
  ): Promise<{ settings: Settings; modules: UserModules }> {
    const { env } = process
    const modules = await userModules()
    const found = await loadConfig({ cwd: process.cwd(), env, modules, explicitPath: flags.config })
    return { settings: resolveSettings({ flags, env, config: found?.config ?? null }), modules }
  }

  /** Writes a document as asked for; `--json` is left to the framework, which prints what `run` gives. */
  protected async show(document: DocumentHeader<string>, flags: ShowFlags): Promise<void> {
    if (this.jsonEnabled()) return
    const { render } = await import('../report/render.ts')
    const format = flags.format ?? 'table'
    process.stdout.write(render(document, { format, ...(await screen(flags.color)) }))
  }

  /** Errors in the form that was asked for, and the exit code of their kind. */
  protected override async catch(error: FrameworkError): Promise<void> {
    if (error.constructor.name === 'ExitError') throw error
    const known = this.asPstoolError(error)
    process.exitCode = exitCodeOf(known)
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(known))
    else process.stderr.write(errorText(known, process.stderr.columns))
  }

  /** oclif's own errors are wrong use; anything else that is not ours is a bug of ours. */
  private asPstoolError(error: FrameworkError): PstoolError {
    if (error instanceof PstoolError) return error
    if (error.oclif === undefined) return unexpected(error)
    const words = [this.config.bin, ...(this.id ?? '').split(':')]
    return flagProblem(error, words.join(' '), flagNames(this.ctor))
  }

  protected override toErrorJson(error: unknown): unknown {
    const { code, message, suggestions } = error as PstoolError
    return { error: { code, message, suggestions } }
  }

  /** Without the framework's colours, which would break the pipe that it goes into. */
  protected override logJson(json: unknown): void {
    process.stdout.write(jsonText(json))
  }
}

/** How documents are shown. */
export interface ShowFlags {
  readonly format?: 'table' | 'json' | 'markdown' | 'csv' | undefined
  readonly color?: boolean | undefined
}

/** Every name by which a command's flags can be typed. */
function flagNames({ flags, baseFlags }: typeof Command): readonly string[] {
  const own = Object.entries({ ...baseFlags, ...flags }).flatMap(([name, flag]) => [
    name,
    ...(flag.aliases ?? []),
    ...(flag.type === 'boolean' && flag.allowNo ? [`no-${name}`] : []),
  ])
  return [...own, 'json', 'help']
}

function formatTwice(): UsageError {
  return new UsageError('flags.two-formats', '--json and --format ask for different formats', [
    'Leave one of them out.',
  ])
}

function unexpected(error: Error): BugError {
  return new BugError(
    'bug.unexpected',
    `Unexpected ${error.name}: ${error.message}`,
    [
      'This is a bug in pstool. Please report it with the command you typed and this stack:',
      stackOf(error),
    ],
    error,
  )
}

function stackOf(error: Error): string {
  return (error.stack ?? '').split('\n').slice(1, 6).join('\n')
}
