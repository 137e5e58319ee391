/** What the outside of this process can show: asked for once, then passed on as values. */
export interface Terminal {
  /** Someone is watching: progress and questions make sense. */
  readonly interactive: boolean
  readonly columns: number
  readonly colour: boolean
  /** False: ASCII alone. */
  readonly unicode: boolean
}

/** The part of a stream that tells what it is; `process.stdout` and `process.stderr` are such. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const DEFAULT_COLUMNS = 80

/**
 * What a stream can show. Columns: the terminal's, else COLUMNS, else 80. Colour: what the user
 * said with `--color` or `--no-color`, else FORCE_COLOR, NO_COLOR, TERM=dumb in this order, else
 * whether it is a terminal. Unicode: the locale, LC_ALL over LC_CTYPE over LANG.
 * @param color the user's flag; undefined where none was given
 */
export function terminalOf(
  stream: OutputStream,
  env: Environment,
  platform: string,
  color?: boolean,
): Terminal {
  const interactive = stream.isTTY === true
  return {
    interactive: interactive && env.TERM !== 'dumb',
    columns: columnsOf(stream, env),
    colour: color ?? colourOf(interactive, env),
    unicode: unicodeOf(env, platform),
  }
}

function columnsOf({ columns }: OutputStream, env: Environment): number {
  const told = [columns, Number(env.COLUMNS)]
  return (
    told.find((value) => value !== undefined && Number.isSafeInteger(value) && value > 0) ??
    DEFAULT_COLUMNS
  )
}

/** As Node itself does it: an empty FORCE_COLOR asks for colour, an empty NO_COLOR says nothing. */
function colourOf(interactive: boolean, env: Environment): boolean {
  const forced = env.FORCE_COLOR
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return interactive && env.TERM !== 'dumb'
}

/** Windows has no locale variables and shows Unicode; the Linux console's font has no bars. */
function unicodeOf(env: Environment, platform: string): boolean {
  if (platform === 'win32') return true
  if (env.TERM === 'linux') return false
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(
    (value) => value !== undefined && value !== '',
  )
  return /utf-?8/i.test(locale ?? '')
}
