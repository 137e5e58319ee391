import { nearNames } from '../../domain/routing/near-names.ts'
import type { SettingProblems } from './setting-problems.ts'

/** What timers can wait for: longer ones would end at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Every name that settings of a kind may have; the compiler sees to it that none is missing. */
export type SettingNames<T> = Readonly<Record<keyof Required<T>, true>>

interface NumberRule {
  /** What stands for a setting that was left out; without one it must be given. */
  readonly fallback?: number
  readonly least?: number
  readonly most?: number
}

/**
 * One object of settings, read name by name. What is wrong is noted with its path, and a usable
 * value is given in its place, so that reading goes on and finds the rest.
 */
export class SettingFields<T extends object> {
  readonly path: string
  readonly problems: SettingProblems
  private readonly values: Readonly<Record<string, unknown>>

  private constructor(values: object, path: string, problems: SettingProblems) {
    this.path = path
    this.problems = problems
    this.values = values as Readonly<Record<string, unknown>>
  }

  /** Names that are none are refused at once; null for what is no object. */
  static of<T extends object>(
    value: unknown,
    names: SettingNames<T>,
    path: string,
    problems: SettingProblems,
  ): SettingFields<T> | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.refuse(path === '' ? 'settings' : path, value, 'an object')
      return null
    }
    const fields = new SettingFields<T>(value, path, problems)
    fields.refuseUnknown(Object.keys(names))
    return fields
  }

  /** `topics[0].pause`, from the runtime's settings on. */
  pathOf(name: keyof T & string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  at(name: keyof T & string): unknown {
    return this.values[name]
  }

  has(name: keyof T & string): boolean {
    return this.values[name] !== undefined
  }

  /** At least 1 unless told otherwise. */
  integer(name: keyof T & string, { fallback, least = 1, most }: NumberRule): number {
    const value = this.at(name) ?? (this.has(name) ? null : fallback)
    const isOne = typeof value === 'number' && Number.isSafeInteger(value)
    if (isOne && value >= least && value <= (most ?? value)) return value
    const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`
    this.refuse(name, `an integer ${range}`)
    return fallback ?? least
  }

  /** Milliseconds, 0 or more; `least: 1` where none at all makes no sense. */
  duration(name: keyof T & string, rule: NumberRule): number {
    const { fallback, least = 0, most = LONGEST_TIMER_MS } = rule
    const value = this.at(name) ?? (this.has(name) ? null : fallback)
    if (typeof value === 'number' && value >= least && value <= most) return value
    const range = most === Number.MAX_VALUE ? `, ${least} or more` : ` from ${least} to ${most}`
    this.refuse(name, `milliseconds${range}`)
    return fallback ?? least
  }

  flag(name: keyof T & string, fallback: boolean): boolean {
    const value = this.at(name)
    if (typeof value === 'boolean') return value
    if (value !== undefined) this.refuse(name, 'true or false')
    return fallback
  }

  /** A text that is not empty. */
  text(name: keyof T & string, fallback?: string): string {
    const value = this.at(name) ?? (this.has(name) ? null : fallback)
    if (typeof value === 'string' && value !== '') return value
    this.refuse(name, 'a text that is not empty')
    return fallback ?? ''
  }

  choice<C extends string>(name: keyof T & string, choices: readonly C[], fallback: C): C {
    const value = this.at(name)
    const chosen = choices.find((choice) => choice === value)
    if (chosen === undefined && value !== undefined) {
      const quoted = choices.map((choice) => JSON.stringify(choice))
      this.refuse(name, quoted.join(' or '))
    }
    return chosen ?? fallback
  }

  /** A function, or null where there is none. */
  callable<F>(name: keyof T & string, what: string): F | null {
    const value = this.at(name)
    if (typeof value === 'function') return value as F
    if (value !== undefined) this.refuse(name, what)
    return null
  }

  /** The settings below a name; null where it was left out, or is no object. */
  nested<N extends object>(
    name: keyof T & string,
    names: SettingNames<N>,
  ): SettingFields<N> | null {
    const value = this.at(name)
    if (value === undefined) return null
    return SettingFields.of<N>(value, names, this.pathOf(name), this.problems)
  }

  refuse(name: keyof T & string, allowed: string): void {
    this.problems.refuse(this.pathOf(name), this.at(name), allowed)
  }

  tell(name: keyof T & string, sentence: string): void {
    this.problems.tell(this.pathOf(name), sentence)
  }

  private refuseUnknown(known: readonly string[]): void {
    for (const name of Object.keys(this.values)) {
      if (known.includes(name)) continue
      const near = nearNames(name, known)
      const meant =
        near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : `There are ${known.toSorted().join(', ')}.`
      const path = this.path === '' ? name : `${this.path}.${name}`
      this.problems.tell(path, `is no setting. ${meant}`)
    }
  }
}
