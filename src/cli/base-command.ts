import { Command, Flags, type Interfaces } from '@oclif/core'
import type { DocumentHeader } from '../domain/model/document.ts'
import { BugError, PstoolError } from '../errors.ts'
import type { UserModules } from '../ports/user-modules.ts'
import { jsonText } from '../report/format/json-text.ts'
import { safeText } from '../report/text/safe-text.ts'
import { screen, userModules } from './compose.ts'
import { loadConfig } from './config/load-config.ts'
import { resolveSettings, type Settings, type SettingsInput } from './config/resolve-settings.ts'
import { exitCodeOf } from './exit-codes.ts'
import type { TypedFlags } from './fitting-flags.ts'

/** What every command shares: `--json`, `--format`, colour, errors with codes. */
export abstract class PstoolCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {
    format: Flags.option({
      description: 'how the document is written',
      options: ['table', 'json', 'markdown', 'csv'] as const,
      helpGroup: 'GLOBAL',
    })(),
    config: Flags.file({
      description: 'configuration file instead of the nearest pstool.config.*',
      env: 'PSTOOL_CONFIG',
      helpGroup: 'GLOBAL',
    }),
    color: Flags.boolean({
      description: 'colour, as NO_COLOR and the terminal say unless given',
      allowNo: true,
      helpGroup: 'GLOBAL',
    }),
  }

  protected typed: TypedFlags = new Set()

  protected get generatedBy(): string {
    return `pstool ${this.config.version}`
  }

  /** Keeps which flags were typed: the values alone do not tell them from variables. */
  protected override async parse<
    F extends Interfaces.OutputFlags<typeof Command.flags>,
    B extends Interfaces.OutputFlags<typeof Command.baseFlags>,
    A extends Interfaces.OutputArgs<typeof Command.args>,
  >(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv)
    this.typed = new Set(parsed.raw.flatMap((token) => ('flag' in token ? [token.flag] : [])))
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
  protected override async catch(error: Error & { oclif?: { exit?: number } }): Promise<void> {
    if (error.constructor.name === 'ExitError') throw error
    const known = asPstoolError(error)
    process.exitCode = known instanceof PstoolError ? exitCodeOf(known) : known.exit
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(known))
    else process.stderr.write(errorText(known))
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

interface FlagError {
  readonly exit: 2
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
}

/** oclif's own errors are wrong use; anything else that is not ours is a bug of ours. */
function asPstoolError(error: Error & { oclif?: { exit?: number } }): PstoolError | FlagError {
  if (error instanceof PstoolError) return error
  if (error.oclif !== undefined) {
    return {
      exit: 2,
      code: 'usage.flags',
      message: error.message.replace(/\nSee more help with --help$/, ''),
      suggestions: ['See more help with --help'],
    }
  }
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

function errorText({ message, suggestions }: { message: string; suggestions: readonly string[] }) {
  const lines = [`Error: ${message}`, ...suggestions.map((suggestion) => `  ${suggestion}`)]
  // What was typed stands in messages: nothing of it may command the terminal.
  const shown = lines.join('\n').replaceAll('\t', '  ').split('\n')
  return `${shown.map((line) => safeText(line.trimEnd())).join('\n')}\n`
}
