import { didYouMean, type Problem } from '../../documents/problems.ts'
import { segmentGroups } from '../../domain/routing/segment-names.ts'
import { UsageError } from '../../errors.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * What is wrong with a configuration's names, however much else is wrong with it: references to
 * sources, clusters and strategies that are not there, and groups whose segments cannot be named (P1).
 */
export function referenceProblems(config: unknown): readonly Problem[] {
  const sections = fieldsOf(config)
  const names = (section: string) => Object.keys(fieldsOf(sections[section]))
  const refer = (path: readonly string[], to: unknown, section: string): Problem[] => {
    if (typeof to !== 'string' || names(section).includes(to)) return []
    const hint = didYouMean(to, names(section))
    const known = names(section).length === 0 ? 'none' : names(section).join(', ')
    return [{ path, message: `is no name in ${section}${hint || `; known: ${known}`}` }]
  }
  const defaults = fieldsOf(sections.defaults)
  return [
    ...entries(sections.sources).flatMap(([name, source]) =>
      refer(['sources', name, 'cluster'], source.cluster, 'clusters'),
    ),
    ...entries(sections.groups).flatMap(([name, group]) => [
      ...refer(['groups', name, 'strategy'], group.strategy, 'strategies'),
      ...refer(['groups', name, 'cluster'], group.cluster, 'clusters'),
      ...segmentProblems(name, group, fieldsOf(sections.strategies)),
    ]),
    ...refer(['defaults', 'source'], defaults.source, 'sources'),
    ...refer(['defaults', 'cluster'], defaults.cluster, 'clusters'),
    ...refer(['defaults', 'strategy'], defaults.strategy, 'strategies'),
  ]
}

function segmentProblems(name: string, group: Fields, strategies: Fields): Problem[] {
  const { segments, mergeKey, strategy } = group
  const problems: Problem[] = []
  try {
    segmentGroups({
      origin: name,
      count: 1,
      mergeKey: typeof mergeKey === 'string' && mergeKey !== '' ? mergeKey : undefined,
    })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    problems.push({ path: ['groups', name], message: error.message })
  }
  const planned = typeof strategy === 'string' ? fieldsOf(strategies[strategy]).segments : undefined
  if (planned !== undefined && segments !== undefined && planned !== segments) {
    const message = `differs from strategies.${strategy}.segments, by which the group would filter`
    problems.push({ path: ['groups', name, 'segments'], message })
  }
  return problems
}

function entries(section: unknown): [string, Fields][] {
  return Object.entries(fieldsOf(section)).map(([name, value]) => [name, fieldsOf(value)])
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {}
}
