import { afterEach, describe, expect, it } from 'vitest'
import { ByteWriter } from '../../src/adapters/kafka/wire/byte-writer.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { committed, openGroups } from '../support/kafka/group-admin.ts'
import {
  type Scripted,
  type ScriptedBroker,
  type ScriptedRequest,
  type ScriptedVersions,
  scriptedBroker,
} from '../support/kafka/scripted-broker.ts'

/** As Kafka 3.5 has them. */
const VERSIONS: ScriptedVersions = {
  FindCoordinator: [10, 0, 4],
  OffsetCommit: [8, 0, 8],
  OffsetFetch: [9, 0, 8],
  OffsetDelete: [47, 0, 0],
  ListGroups: [16, 0, 4],
  DescribeGroups: [15, 0, 5],
  Metadata: [3, 0, 12],
}
const GROUP = 'g'
const OFFSETS = [committed('t', 0, 5), committed('t', 1, 6)]

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0)) await end()
})

type Answers = Readonly<
  Record<string, (request: ScriptedRequest, broker: ScriptedBroker, asked: number) => Scripted>
>

/** A broker with the given answers, which coordinates every group unless said otherwise. */
async function opened(
  answers: Answers,
  versions: ScriptedVersions = VERSIONS,
): Promise<{ admin: GroupAdmin; broker: ScriptedBroker }> {
  const all: Answers = { FindCoordinator: (_, broker) => coordinator(broker), ...answers }
  const broker = await scriptedBroker(versions, (request) => {
    const asked = broker.requests.filter(({ name }) => name === request.name).length
    return all[request.name]!(request, broker, asked)
  })
  const admin = openGroups(`${broker.host}:${broker.port}`, '?timeout-ms=700')
  cleanUp.push(() => admin.close(), broker.close)
  return { admin, broker }
}

function coordinator({ host, port }: ScriptedBroker, code = 0): Uint8Array {
  return new ByteWriter()
    .int32(0)
    .compactArray([GROUP], (group, entry) =>
      entry
        .compactString(group)
        .int32(1)
        .compactString(host)
        .int32(port)
        .int16(code)
        .compactString(null)
        .noTags(),
    )
    .noTags()
    .finish()
}

/** The answer to a commit, every partition with the same code. */
function written(code: number): Uint8Array {
  return new ByteWriter()
    .int32(0)
    .compactArray(['t'], (topic, entry) =>
      entry
        .compactString(topic)
        .compactArray([0, 1], (partition) => entry.int32(partition).int16(code).noTags())
        .noTags(),
    )
    .noTags()
    .finish()
}

/** The answer to ListGroups: of each group the name, and in v4 the state. */
function listed(groups: readonly (readonly string[])[]): Uint8Array {
  return new ByteWriter()
    .int32(0)
    .int16(0)
    .compactArray(groups, ([group, ...state], entry) => {
      entry.compactString(group!).compactString('consumer')
      for (const text of state) entry.compactString(text)
      entry.noTags()
    })
    .noTags()
    .finish()
}

/** The answer to DescribeGroups: code and state by group, and no members. */
function described(groups: Readonly<Record<string, readonly [number, string]>>): Uint8Array {
  return new ByteWriter()
    .int32(0)
    .compactArray(Object.entries(groups), ([group, [code, state]], entry) =>
      entry
        .int16(code)
        .compactString(group)
        .compactString(state)
        .compactString('')
        .compactString('')
        .compactArray([], () => {})
        .int32(0)
        .noTags(),
    )
    .noTags()
    .finish()
}

const named = ({ requests }: ScriptedBroker) => requests.map(({ name }) => name)

describe('a commit whose answer does not come', () => {
  it.each(['hang up', 'keep silent'] as const)('is uncertain: %s', async (how) => {
    const { admin, broker } = await opened({ OffsetCommit: () => how })
    const outcomes = await admin.commitOffsets(GROUP, OFFSETS)
    expect(outcomes.map(({ problem }) => problem!.outcome)).toEqual(['uncertain', 'uncertain'])
    expect(named(broker)).toEqual(['FindCoordinator', 'OffsetCommit'])
  })

  it('is uncertain where the answer is cut short', async () => {
    const { admin } = await opened({ OffsetCommit: () => written(0).subarray(0, 10) })
    const [outcome] = await admin.commitOffsets(GROUP, OFFSETS)
    expect(outcome!.problem!.outcome).toBe('uncertain')
  })
})

describe('the codes of a commit', () => {
  const OUTCOMES = [
    [14, 'no-coordinator', 'later'],
    [15, 'uncertain', 'uncertain'],
    [16, 'uncertain', 'uncertain'],
    [7, 'uncertain', 'uncertain'],
    [22, 'group-alive', 'refused'],
    [25, 'group-alive', 'refused'],
    [27, 'group-alive', 'refused'],
    [113, 'group-alive', 'refused'],
    [24, 'invalid-group', 'refused'],
    [88, 'pending-transaction', 'refused'],
    [28, 'broker-error', 'refused'],
  ] as const

  it.each(OUTCOMES)('%i is %s, %s; it is sent once', async (code, name, outcome) => {
    const { admin, broker } = await opened({ OffsetCommit: () => written(code) })
    const outcomes = await admin.commitOffsets(GROUP, OFFSETS)
    for (const { problem } of outcomes) expect(problem).toMatchObject({ code: name, outcome })
    expect(named(broker)).toEqual(['FindCoordinator', 'OffsetCommit'])
  })

  it('a coordinator that moved is looked for again at the next commit', async () => {
    const { admin, broker } = await opened({
      OffsetCommit: (_request, _broker, asked) => written(asked === 1 ? 16 : 0),
    })
    await admin.commitOffsets(GROUP, OFFSETS)
    const again = await admin.commitOffsets(GROUP, OFFSETS)
    expect(again.map(({ problem }) => problem)).toEqual([null, null])
    const once = ['FindCoordinator', 'OffsetCommit']
    expect(named(broker)).toEqual([...once, ...once])
  })
})

describe('a coordinator that is not ready', () => {
  it('is asked for until it is', async () => {
    const { admin } = await opened({
      FindCoordinator: (_, broker, asked) => coordinator(broker, asked < 3 ? 15 : 0),
      OffsetCommit: () => written(0),
    })
    const outcomes = await admin.commitOffsets(GROUP, OFFSETS)
    expect(outcomes.map(({ problem }) => problem)).toEqual([null, null])
  })

  it('and stays so: nothing was sent, later is another time', async () => {
    const { admin, broker } = await opened({
      FindCoordinator: (_, broker) => coordinator(broker, 15),
    })
    const [outcome] = await admin.commitOffsets(GROUP, OFFSETS)
    expect(outcome!.problem).toMatchObject({ code: 'no-coordinator', outcome: 'later' })
    const [status] = await admin.describeGroups([GROUP])
    expect(status).toMatchObject({ state: 'unknown', problem: { code: 'no-coordinator' } })
    expect(named(broker)).not.toContain('OffsetCommit')
  })

  it('is not reached: nothing was sent either', async () => {
    const { admin } = await opened({
      FindCoordinator: (_, { host }) => coordinator({ host, port: 1 } as ScriptedBroker),
    })
    const [outcome] = await admin.commitOffsets(GROUP, OFFSETS)
    expect(outcome!.problem).toMatchObject({ code: 'unreachable', outcome: 'later' })
  })
})

describe('the state of a group', () => {
  const statusOf = async (answers: Answers) => {
    const { admin, broker } = await opened(answers)
    const [status] = await admin.describeGroups([GROUP])
    return { status, requests: named(broker) }
  }

  it('is not absent because a broker that was its coordinator does not list it', async () => {
    const { status, requests } = await statusOf({
      ListGroups: (_request, _broker, asked) => listed(asked === 1 ? [] : [[GROUP, 'Stable']]),
      DescribeGroups: (_request, _broker, asked) =>
        described({ [GROUP]: asked === 1 ? [16, ''] : [0, 'Stable'] }),
    })
    expect(status).toMatchObject({ type: 'classic', state: 'stable' })
    const once = ['FindCoordinator', 'ListGroups', 'DescribeGroups']
    expect(requests).toEqual([...once, ...once])
  })

  it('is absent where the coordinator says so', async () => {
    const { status } = await statusOf({
      ListGroups: () => listed([]),
      DescribeGroups: () => described({ [GROUP]: [0, 'Dead'] }),
    })
    expect(status).toMatchObject({ type: null, state: 'absent', problem: null })
  })

  it('is looked at again when list and description are of different moments', async () => {
    const { status } = await statusOf({
      ListGroups: (_request, _broker, asked) => listed(asked === 1 ? [[GROUP, 'Stable']] : []),
      DescribeGroups: () => described({ [GROUP]: [0, 'Dead'] }),
    })
    expect(status).toMatchObject({ type: null, state: 'absent', problem: null })
  })

  it('is unknown under a name that this version does not have, and so alive', async () => {
    const { status } = await statusOf({
      ListGroups: () => listed([[GROUP, 'Dozing']]),
      DescribeGroups: () => described({ [GROUP]: [0, 'Dozing'] }),
    })
    expect(status).toMatchObject({ type: 'classic', state: 'unknown', problem: null })
  })
})

describe('older brokers', () => {
  it('list groups without types, and are asked one by one', async () => {
    const versions: ScriptedVersions = {
      ...VERSIONS,
      FindCoordinator: [10, 0, 3],
      OffsetFetch: [9, 0, 7],
      ListGroups: [16, 0, 3],
    }
    const { admin, broker } = await opened(
      {
        FindCoordinator: (_, { host, port }) =>
          new ByteWriter()
            .int32(0)
            .int16(0)
            .compactString(null)
            .int32(1)
            .compactString(host)
            .int32(port)
            .noTags()
            .finish(),
        ListGroups: () => listed([[GROUP]]),
        DescribeGroups: () => described({ [GROUP]: [0, 'Empty'], h: [0, 'Dead'] }),
        Metadata: () =>
          new ByteWriter()
            .int32(0)
            .compactArray([], () => {})
            .compactString('c')
            .int32(1)
            .compactArray([], () => {})
            .noTags()
            .finish(),
        OffsetFetch: () =>
          new ByteWriter()
            .int32(0)
            .compactArray([], () => {})
            .int16(0)
            .noTags()
            .finish(),
      },
      versions,
    )
    const found = { problem: null, members: 0 }
    expect(await admin.describeGroups([GROUP, 'h'])).toEqual([
      { group: GROUP, type: 'classic', state: 'empty', ...found },
      { group: 'h', type: null, state: 'absent', ...found },
    ])
    expect((await admin.fetchOffsets([GROUP, 'h'], ['t'])).map(({ problem }) => problem)).toEqual([
      null,
      null,
    ])
    const versionsAsked = broker.requests.map(({ name, version }) => `${name} v${version}`)
    expect(versionsAsked.filter((asked) => asked === 'FindCoordinator v3')).toHaveLength(2)
    expect(versionsAsked.filter((asked) => asked === 'OffsetFetch v7')).toHaveLength(2)
  })

  it('that lack a request are named, with what they offer', async () => {
    const { admin } = await opened({}, { ...VERSIONS, FindCoordinator: [10, 0, 2] })
    await expect(admin.describeGroups([GROUP])).rejects.toMatchObject({
      code: 'broker.unsupported-version',
      message: expect.stringContaining('FindCoordinator'),
    })
    const [outcome] = await admin.commitOffsets(GROUP, OFFSETS)
    expect(outcome!.problem).toMatchObject({
      code: 'broker.unsupported-version',
      outcome: 'refused',
    })
  })
})
