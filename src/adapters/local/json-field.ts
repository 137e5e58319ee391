import { nearNames } from '../../domain/routing/near-names.ts'
import { InputError } from '../../errors.ts'

/** A value of a parsed JSON document, and where it stands: `groups.analytics.user_events."0"`. */
export class JsonField {
  readonly value: unknown
  readonly path: string

  constructor(value: unknown, path: string) {
    this.value = value
    this.path = path
  }

  /** The error that the value deserves. */
  wrong(reason: string, suggestions: readonly string[] = []): InputError {
    const place = this.path === '' ? 'the document' : this.path
    return new InputError('input.bad-local-state', `${place}: ${reason}`, suggestions)
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
  }

  /** The members of an object. @throws InputError for anything else */
  entries(): [string, JsonField][] {
    if (!this.isObject) throw this.wrong(`must be an object, not ${kindOf(this.value)}`)
    const members = Object.entries(this.value as object)
    return members.map(([name, value]) => [name, new JsonField(value, this.pathOf(name))])
  }

  /** The members of an object that has no others. @throws InputError for any other */
  members<Name extends string>(names: readonly Name[]): { [Key in Name]?: JsonField } {
    const entries = this.entries()
    for (const [name, field] of entries) {
      if ((names as readonly string[]).includes(name)) continue
      const near = nearNames(name, names)
      throw field.wrong('there is no such field', [
        near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Fields: ${names.join(', ')}.`,
      ])
    }
    return Object.fromEntries(entries) as { [Key in Name]?: JsonField }
  }

  /** The items of a list. @throws InputError for anything else */
  items(): JsonField[] {
    if (!Array.isArray(this.value)) throw this.wrong(`must be a list, not ${kindOf(this.value)}`)
    return this.value.map((item, index) => new JsonField(item, `${this.path}[${index}]`))
  }

  text(): string {
    if (typeof this.value === 'string') return this.value
    const suggestions = typeof this.value === 'number' ? [`Write "${this.value}".`] : []
    throw this.wrong(`must be text, not ${kindOf(this.value)}`, suggestions)
  }

  /** A whole number from `least` on, exact in a double. */
  integer(least: number): number {
    const { value } = this
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
    throw this.wrong(`must be a whole number of at least ${least}, not ${shown(value)}`)
  }

  /** An offset: a decimal string, or a number. */
  offset(): bigint {
    const { value } = this
    const isDecimal = typeof value === 'string' && /^(0|[1-9]\d{0,15})$/.test(value)
    const offset = isDecimal ? Number(value) : value
    if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) {
      return BigInt(offset)
    }
    throw this.wrong(`must be an offset, not ${shown(value)}`, [
      'Write 1000 or "1000"; for no commit at all leave the partition out.',
    ])
  }

  /** Bytes written in base64. */
  base64(): Uint8Array {
    const text = this.text()
    const bytes = Buffer.from(text, 'base64')
    if (bytes.toString('base64') === text) return Uint8Array.from(bytes)
    throw this.wrong(`must be base64, not ${shown(text)}`, ['Padded, with + and /, on one line.'])
  }

  private pathOf(name: string): string {
    const written = /^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name)
    return this.path === '' ? written : `${this.path}.${written}`
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  return Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'an object'
      : `a ${typeof value}`
}

function shown(value: unknown): string {
  return typeof value === 'object' || value === undefined ? kindOf(value) : JSON.stringify(value)
}
