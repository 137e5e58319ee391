import { describe, expect, it } from 'vitest'
import { asDumped, EmbeddedRun, type GroupTable, logs } from '../support/segments/embedded.ts'
import { documentedLines, PLAN_CASES, type PlanCase } from '../support/segments/plan-vectors.ts'

const END = 10_000

/** Every topic of the table, with a log that holds every offset of it. */
function topicsOf(offsets: PlanCase['offsets']): Record<string, object> {
  const most = new Map<string, number>()
  for (const topics of Object.values(offsets)) {
    for (const [topic, partitions] of Object.entries(topics)) {
      const count = Math.max(...Object.keys(partitions).map(Number)) + 1
      most.set(topic, Math.max(count, most.get(topic) ?? 0))
    }
  }
  const log = [0, END] as const
  return Object.fromEntries(
    [...most].map(([topic, count]) => [topic, logs(...Array.from({ length: count }, () => log))]),
  )
}

/** The table with the writes put over it. */
function written(offsets: GroupTable, writes: GroupTable): GroupTable {
  const over = (under: GroupTable[string] = {}, upper: GroupTable[string] = {}) => {
    const topics = [...new Set([...Object.keys(under), ...Object.keys(upper)])]
    return Object.fromEntries(topics.map((topic) => [topic, { ...under[topic], ...upper[topic] }]))
  }
  const groups = [...new Set([...Object.keys(offsets), ...Object.keys(writes)])]
  return Object.fromEntries(groups.map((group) => [group, over(offsets[group], writes[group])]))
}

describe.concurrent('the documented plans, as commands', () => {
  it.each(PLAN_CASES)('$id: $command, force $force', async (one) => {
    const { command, force, group, segments, offsets, expected } = one
    using run = await EmbeddedRun.of({ topics: topicsOf(offsets), groups: offsets })
    const { stderr, exitCode } = await run.segments([
      ...[command, '--groups', group, '--segments', String(segments.length)],
      ...[force ? '--force' : '--yes', '--quiet-window', '0'],
    ])
    const lines = stderr.split('\n')
    if (expected.result === 'ok') {
      expect({ exitCode, lines: lines.filter((line) => /error/i.test(line)) }).toEqual({
        exitCode: 0,
        lines: [],
      })
      expect(await run.groups()).toEqual(asDumped(written(offsets, expected.writes ?? {})))
      return
    }
    expect(exitCode).toBe(3)
    expect(documentedLines(one)).not.toEqual([])
    for (const line of documentedLines(one)) expect(lines).toContain(line)
    expect(await run.groups()).toEqual(asDumped(offsets))
  })
})
