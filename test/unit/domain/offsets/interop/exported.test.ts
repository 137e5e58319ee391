import { describe, expect, it } from 'vitest'
import { plannedOffsets, unsaidByFile } from '../../../../../src/domain/offsets/interop/exported.ts'
import { kafkaCommands } from '../../../../../src/domain/offsets/interop/kafka-commands.ts'
import {
  type MigrationOperation,
  planMigration,
} from '../../../../../src/domain/offsets/plan-migration.ts'
import { planSet } from '../../../../../src/domain/offsets/plan-set.ts'
import { segmentedGroup, withSegments } from '../../../../../src/domain/offsets/segmented-group.ts'
import { SnapshotIndex } from '../../../../../src/domain/offsets/snapshot.ts'
import {
  anIndex,
  aSnapshot,
  type Offsets,
  type SnapshotChanges,
} from '../../../../support/offsets/snapshots.ts'

const about = { force: true, onRange: 'fail', generatedBy: 'test', knownTopics: [] } as const
const clusterUri = 'kafka://one:9092,two:9093'

function planned(
  operation: MigrationOperation,
  offsets: Offsets,
  to = 2,
  changes: SnapshotChanges = {},
) {
  const group = segmentedGroup('g', 2)
  const orders = [{ group, to: withSegments(group, to), strategy: null }]
  const groups = Object.fromEntries(
    [...group.segments, ...orders[0]!.to.segments].map((name) => [name, {}]),
  )
  const index = anIndex({ g: {}, ...groups, ...offsets }, changes)
  return planMigration({ operation, orders, clusterUri, ...about }, index)
}

const lines = (plan: Parameters<typeof plannedOffsets>[0]) =>
  plannedOffsets(plan).rows.map((row) => `${row.group} ${row.topic}#${row.partition} ${row.offset}`)

const [zero, one] = ['g-parallel-0', 'g-parallel-1'] as const

describe('what the groups of a plan are to have', () => {
  it('is what is written and what stands there already', () => {
    const plan = planned('distribute', {
      g: { t: { '0': 5, '1': 6 } },
      [zero]: { t: { '0': 5, '1': 9 } },
    })
    expect(plan.steps).toHaveLength(3)
    expect(lines(plan)).toEqual([`${zero} t#0 5`, `${zero} t#1 6`, `${one} t#0 5`, `${one} t#1 6`])
  })

  it('has no partition that is left out, though a segment stands there', () => {
    const plan = planned('distribute', { g: { t: { '0': 5 } }, [zero]: { t: { '1': 9 } } })
    expect(lines(plan)).toEqual([`${zero} t#0 5`, `${one} t#0 5`])
    expect(unsaidByFile(plan)).toEqual(['not in the file, since they are left out: g t#1'])
  })

  it('has no partition that is not there any more', () => {
    const apart = { [zero]: { t: { '0': 5, '1': 6 } }, [one]: { t: { '0': 5 } } }
    const plan = planned('reset', apart, 2, { ranges: { t: [[0, 10]] } })
    expect(lines(plan)).toEqual(['g t#0 5', `${zero} t#0 5`, `${one} t#0 5`])
    expect(unsaidByFile(plan)).toEqual([`not in the file, since they are left out: ${zero} t#1`])
  })

  it.each([
    ['collapse', 2, ['g']],
    ['reset', 2, ['g', zero, one]],
    ['rescale', 3, [zero, one, 'g-parallel-2']],
    ['rescale', 1, ['g']],
  ] as const)('is about the groups that %s to %i gives offsets to', (operation, to, groups) => {
    const apart = { [zero]: { t: { '0': 5 } }, [one]: { t: { '0': 6 } } }
    const plan = planned(operation, apart, to)
    expect(new Set(plannedOffsets(plan).groups)).toEqual(new Set(groups))
    expect(lines(plan).sort()).toEqual(groups.map((group) => `${group} t#0 5`).sort())
  })

  it('has no line for what is unset, and says so', () => {
    const plan = planned('rescale', { [zero]: { t: { '0': 5 } }, [one]: { t: { '0': 5 } } }, 1)
    expect(unsaidByFile(plan)).toEqual([
      `not in the file, since there is no line for unset: ${zero} t#0, ${one} t#0`,
    ])
  })
})

describe("commands of Kafka's own tool", () => {
  const tool = 'kafka-consumer-groups.sh --bootstrap-server one:9092,two:9093'

  it('set one offset for all groups that get it, and delete what is to be unset', () => {
    const spread = planned('distribute', { g: { t: { '0': 5, '1': 5, '2': 7 } } })
    expect(kafkaCommands(spread)).toEqual({
      commands: [
        `${tool} --group ${zero} --group ${one} --reset-offsets --topic t:0,1 --to-offset 5 --execute`,
        `${tool} --group ${zero} --group ${one} --reset-offsets --topic t:2 --to-offset 7 --execute`,
      ],
      notes: [],
    })
    const back = planned('rescale', { [zero]: { t: { '0': 5 } }, [one]: { u: { '0': 5 } } }, 1)
    expect(kafkaCommands(back).commands.slice(-2)).toEqual([
      `${tool} --group ${zero} --delete-offsets --topic t:0`,
      `${tool} --group ${one} --delete-offsets --topic u:0`,
    ])
  })

  it('leave out what differs in leader epoch or metadata alone, and say what they lose', () => {
    const step = { group: 'g', topic: 't', partition: 0, to: '5' }
    const steps = [
      { ...step, from: '5', toMetadata: 'm' },
      { ...step, partition: 1, from: null, toLeaderEpoch: 2 },
    ]
    const { commands, notes } = kafkaCommands({ ...planned('collapse', {}), steps })
    expect(commands).toEqual([
      `${tool} --group g --reset-offsets --topic t:1 --to-offset 5 --execute`,
    ])
    expect(notes).toEqual([
      'the commands cannot write leader epochs (1)',
      'the commands cannot write metadata (1)',
      'no commands where only leader epoch or metadata differ (1)',
    ])
  })

  it.each([
    ['kafka://h:9092?sasl=plain&user=u', 'h:9092', 'the cluster wants a login'],
    ['local:c.db', '"$BOOTSTRAP_SERVER"', 'the embedded cluster has no address'],
  ])('of %s say where to', (uri, servers, note) => {
    const plan = planned('distribute', { g: { t: { '0': 5 } } })
    const { commands, notes } = kafkaCommands({ ...plan, cluster: { id: 'c', uri } })
    expect(commands[0]).toMatch(`--bootstrap-server ${servers} --group`)
    expect(notes.join('\n')).toContain(note)
  })
})

it('an offset from a file leaves leader epoch and metadata where it stands already', () => {
  const plain = aSnapshot({ g: { t: { '0': 5, '1': 6 } } })
  const groups = plain.groups.map((group) => ({
    ...group,
    committed: {
      ...group.committed,
      offsets: group.committed.offsets.map((commit) => ({
        ...commit,
        leaderEpoch: 3,
        metadata: 'm',
      })),
    },
  }))
  const rows = [0, 1].map((partition) => ({ group: 'g', topic: 't', partition, offset: 5n }))
  const plan = planSet({ ...about, clusterUri }, rows, new SnapshotIndex({ ...plain, groups }))
  expect(plan.steps).toEqual([
    {
      ...{ group: 'g', topic: 't', partition: 1, from: '6', to: '5' },
      ...{ fromLeaderEpoch: 3, fromMetadata: 'm' },
    },
  ])
})
