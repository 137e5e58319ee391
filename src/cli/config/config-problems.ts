import { type Problem, problemsWith } from '../../documents/problems.ts'
import { referenceProblems } from './reference-problems.ts'
import { configSchema } from './schema.ts'

export { pathText } from '../../documents/problems.ts'

/** Everything that is wrong with a configuration: its shape, then what its names refer to. */
export function configProblems(value: unknown): readonly Problem[] {
  return [...problemsWith(configSchema, value), ...referenceProblems(value)]
}
