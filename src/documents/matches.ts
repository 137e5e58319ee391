import type { z } from 'zod'

/** A type without `readonly`, all the way down: JSON that was just read belongs to the reader. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

type Matching<Schema extends z.ZodType, Type> =
  Equal<Plain<z.infer<Schema>>, Plain<Type>> extends true
    ? unknown
    : { readonly 'the schema and the type differ': Type }

/**
 * The schema of a type of the domain. It does not compile unless both say the same: no field more,
 * none less, none optional in one of them alone.
 */
export function schemaOf<Type>() {
  return <Schema extends z.ZodType>(schema: Schema & Matching<Schema, Type>): Schema => schema
}
