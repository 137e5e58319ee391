/** Where a text stops being JSON, and what would have to stand there. */
export interface JsonSyntaxError {
  readonly offset: number
  readonly expected: string
}

type State = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma or end' | 'end'

const WHITE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const LITERAL = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y

const EXPECTED: Readonly<Record<State, string>> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  name: 'a name in double quotes',
  'name or }': 'a name in double quotes or "}"',
  colon: '":"',
  'comma or end': '',
  end: 'the end of the file',
}

/**
 * The first place where a text breaks JSON's grammar, or null for JSON. JSON.parse does not always
 * say where it stopped, and quotes what stands there, which may be a secret.
 */
export function jsonSyntaxError(text: string): JsonSyntaxError | null {
  const open: ('[' | '{')[] = []
  let state: State = 'value'
  let offset = 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = offset
    const length = pattern.exec(text)?.[0].length ?? 0
    offset += length
    return length > 0
  }
  for (;;) {
    take(WHITE)
    const next: State | null = step(text[offset], state, open, take)
    if (next === null) return state === 'end' && offset === text.length ? null : failure()
    if (next !== 'comma or end') state = next
    else state = open.length === 0 ? 'end' : next
  }

  function failure(): JsonSyntaxError {
    const closing = open.at(-1) === '[' ? '"]"' : '"}"'
    return { offset, expected: state === 'comma or end' ? `"," or ${closing}` : EXPECTED[state] }
  }
}

const COLON = /:/y
const PUNCTUATION = /[[\]{},]/y

/** Takes one token and gives the state after it; null where the token does not fit. */
function step(
  at: string | undefined,
  state: State,
  open: ('[' | '{')[],
  take: (pattern: RegExp) => boolean,
): State | null {
  if (state === 'end' || at === undefined) return null
  if (state === 'colon') return take(COLON) ? 'value' : null
  if (state === 'comma or end') return at === ',' ? afterComma(open, take) : close(at, open, take)
  if (state === 'name' || state === 'name or }') {
    if (take(STRING)) return 'colon'
    return state === 'name or }' ? close(at, open, take) : null
  }
  if (at === '[' || at === '{') {
    take(PUNCTUATION)
    open.push(at)
    return at === '[' ? 'value or ]' : 'name or }'
  }
  if (take(STRING) || take(LITERAL)) return 'comma or end'
  return state === 'value or ]' ? close(at, open, take) : null
}

function afterComma(open: readonly string[], take: (pattern: RegExp) => boolean): State {
  take(PUNCTUATION)
  return open.at(-1) === '[' ? 'value' : 'name'
}

function close(at: string, open: string[], take: (pattern: RegExp) => boolean): State | null {
  if (at !== (open.at(-1) === '[' ? ']' : '}')) return null
  take(PUNCTUATION)
  open.pop()
  return 'comma or end'
}
