import { describe, expect, it } from 'vitest'
import {
  DESCRIBE_CLASSIC,
  DESCRIBE_CONSUMER,
  DESCRIBE_SHARE,
} from '../../../../../src/adapters/kafka/groups/requests/describe-groups.ts'
import { DESCRIBE_STREAMS } from '../../../../../src/adapters/kafka/groups/requests/describe-streams.ts'
import {
  FIND_COORDINATOR,
  FIND_COORDINATORS,
} from '../../../../../src/adapters/kafka/groups/requests/find-coordinator.ts'
import type { GroupRequest } from '../../../../../src/adapters/kafka/groups/requests/group-request.ts'
import { LIST_GROUPS } from '../../../../../src/adapters/kafka/groups/requests/list-groups.ts'
import { LIST_OFFSETS } from '../../../../../src/adapters/kafka/groups/requests/list-offsets.ts'
import { METADATA } from '../../../../../src/adapters/kafka/groups/requests/metadata.ts'
import { OFFSET_COMMIT } from '../../../../../src/adapters/kafka/groups/requests/offset-commit.ts'
import { OFFSET_DELETE } from '../../../../../src/adapters/kafka/groups/requests/offset-delete.ts'
import {
  OFFSET_FETCH,
  OFFSET_FETCH_ONE,
} from '../../../../../src/adapters/kafka/groups/requests/offset-fetch.ts'
import { ByteReader } from '../../../../../src/adapters/kafka/wire/byte-reader.ts'
import { KAFKA_BYTES } from './kafka-bytes.ts'

type Recorded = keyof typeof KAFKA_BYTES

function sent<Asked>(request: GroupRequest<Asked, unknown>, asked: Asked, version: number): string {
  return Buffer.from(request.encode(asked, version)).toString('hex')
}

/** Reads a recorded response, and to its end: what is left over was not understood. */
function understood<Answer>(
  request: GroupRequest<never, Answer>,
  recorded: Recorded,
  version: number,
): Answer {
  const reader = new ByteReader(Buffer.from(KAFKA_BYTES[recorded], 'hex'))
  const answer = request.decode(reader, version)
  const rest = Buffer.from(reader.bytes.subarray(reader.at)).toString('hex')
  expect(REST.get(`${request.name} v${version}`) ?? '00').toBe(rest)
  return answer
}

/** Fields at the end that nobody needs: rights on the cluster; the older encoding has no tags. */
const REST = new Map([
  ['Metadata v10', '8000000000'],
  ['OffsetDelete v0', ''],
])

describe('Metadata', () => {
  it.each([10, 11, 12] as const)('v%i', (version) => {
    expect(sent(METADATA, ['orders'], version)).toBe(KAFKA_BYTES[`MetadataRequest v${version}`])
    const a = { host: 'a', port: 9092 }
    const b = { host: 'b', port: 9093 }
    expect(understood(METADATA, `MetadataResponse v${version}`, version)).toEqual({
      clusterId: 'c1',
      brokers: [a, b],
      topics: [
        {
          code: 0,
          name: 'orders',
          topicId: 'cHN0b29sLXRlc3RzLS0tLQ',
          isInternal: true,
          mayCommit: true,
          partitions: [
            { partition: 0, leader: b, epoch: 5 },
            { partition: 1, leader: null, epoch: 7 },
          ],
        },
        {
          code: 29,
          name: 'secret',
          topicId: 'AAAAAAAAAAAAAAAAAAAAAA',
          isInternal: false,
          mayCommit: true,
          partitions: [],
        },
      ],
    })
  })

  it('asks for all topics', () => {
    expect(sent(METADATA, null, 12)).toBe(KAFKA_BYTES['MetadataRequest all v12'])
  })
})

it('ListOffsets', () => {
  const topics = [{ name: 'orders', partitions: [{ partition: 3, epoch: 5 }] }]
  expect(sent(LIST_OFFSETS, { time: -2, topics }, 7)).toBe(KAFKA_BYTES['ListOffsetsRequest v7'])
  expect(understood(LIST_OFFSETS, 'ListOffsetsResponse v7', 7)).toEqual([
    { topic: 'orders', partition: 3, code: 0, offset: 1234567890123n },
    { topic: 'orders', partition: 4, code: 6, offset: -1n },
  ])
})

it('FindCoordinator, of many groups and of one', () => {
  const many = KAFKA_BYTES['FindCoordinatorRequest v4']
  expect(sent(FIND_COORDINATORS, ['g1', 'g2'], 4)).toBe(many)
  expect(understood(FIND_COORDINATORS, 'FindCoordinatorResponse v4', 4)).toEqual([
    { group: 'g1', code: 0, address: { host: 'a', port: 9092 } },
    { group: 'g2', code: 15, address: { host: '', port: -1 } },
  ])
  expect(sent(FIND_COORDINATOR, 'g1', 3)).toBe(KAFKA_BYTES['FindCoordinatorRequest v3'])
  expect(understood(FIND_COORDINATOR, 'FindCoordinatorResponse v3', 3)).toEqual({
    code: 0,
    address: { host: 'a', port: 9092 },
  })
})

it.each([
  [3, '', ''],
  [4, 'Stable', ''],
  [5, 'Stable', 'Consumer'],
] as const)('ListGroups v%i', (version, state, type) => {
  expect(sent(LIST_GROUPS, null, version)).toBe(KAFKA_BYTES[`ListGroupsRequest v${version}`])
  expect(understood(LIST_GROUPS, `ListGroupsResponse v${version}`, version)).toEqual({
    code: 14,
    groups: [{ group: 'g1', state, type }],
  })
})

describe('descriptions of groups', () => {
  it('DescribeGroups', () => {
    const stable = { group: 'g1', code: 0, state: 'Stable', members: 1 }
    for (const version of [5, 6] as const) {
      const asked = KAFKA_BYTES[`DescribeGroupsRequest v${version}`]
      expect(sent(DESCRIBE_CLASSIC, ['g1'], version)).toBe(asked)
    }
    expect(understood(DESCRIBE_CLASSIC, 'DescribeGroupsResponse v5', 5)).toEqual([
      stable,
      { group: 'g2', code: 0, state: 'Dead', members: 0 },
    ])
    expect(understood(DESCRIBE_CLASSIC, 'DescribeGroupsResponse v6', 6)).toEqual([
      stable,
      { group: 'g2', code: 69, state: '', members: 0 },
    ])
  })

  it.each([0, 1] as const)('ConsumerGroupDescribe v%i', (version) => {
    const asked = KAFKA_BYTES[`ConsumerGroupDescribeRequest v${version}`]
    expect(sent(DESCRIBE_CONSUMER, ['g1'], version)).toBe(asked)
    const recorded = `ConsumerGroupDescribeResponse v${version}` as const
    expect(understood(DESCRIBE_CONSUMER, recorded, version)).toEqual([
      { group: 'g1', code: 0, state: 'Reconciling', members: 2 },
      { group: 'g2', code: 69, state: '', members: 0 },
    ])
  })

  it('ShareGroupDescribe', () => {
    const asked = KAFKA_BYTES['ShareGroupDescribeRequest v1']
    expect(sent(DESCRIBE_SHARE, ['g1'], 1)).toBe(asked)
    expect(understood(DESCRIBE_SHARE, 'ShareGroupDescribeResponse v1', 1)).toEqual([
      { group: 'g1', code: 0, state: 'Stable', members: 1 },
    ])
  })

  it('StreamsGroupDescribe, with a topology and endpoints and without', () => {
    expect(understood(DESCRIBE_STREAMS, 'StreamsGroupDescribeResponse v0', 0)).toEqual([
      { group: 'g1', code: 0, state: 'Stable', members: 2 },
      { group: 'g2', code: 0, state: 'Empty', members: 0 },
    ])
  })
})

describe('OffsetFetch', () => {
  const topics = [{ name: 'orders', partitions: [0, 1] }]
  const at = { topic: 'orders', leaderEpoch: null, metadata: '', code: 0 }

  it('of many groups, a commit that is pending apart', () => {
    for (const version of [8, 9] as const) {
      const asked = KAFKA_BYTES[`OffsetFetchRequest v${version}`]
      expect(sent(OFFSET_FETCH, { groups: ['g1'], topics, stable: true }, version)).toBe(asked)
    }
    const all = KAFKA_BYTES['OffsetFetchRequest all v9']
    expect(sent(OFFSET_FETCH, { groups: ['g1'], topics: null, stable: true }, 9)).toBe(all)
    const answer = understood(OFFSET_FETCH, 'OffsetFetchResponse v9', 9)
    expect(answer.get('g1')).toEqual({
      code: 0,
      offsets: [
        { ...at, partition: 0, offset: 2n ** 63n - 1n, leaderEpoch: 7, metadata: 'mü' },
        { ...at, partition: 1, offset: -1n, code: 88 },
      ],
    })
    expect(answer.get('g2')).toEqual({ code: 30, offsets: [] })
  })

  it('of one group', () => {
    const asked = KAFKA_BYTES['OffsetFetchRequest v7']
    expect(sent(OFFSET_FETCH_ONE, { group: 'g1', topics, stable: true }, 7)).toBe(asked)
    expect(understood(OFFSET_FETCH_ONE, 'OffsetFetchResponse v7', 7)).toEqual({
      code: 16,
      offsets: [{ ...at, partition: 0, offset: 5n }],
    })
  })
})

it.each([8, 9])('OffsetCommit v%i', (version) => {
  const at = { leaderEpoch: null, metadata: '' }
  const offsets = [
    { topic: 'orders', partition: 0, offset: 1234567890123n, leaderEpoch: 7, metadata: 'm' },
    { topic: 'other', partition: 1, offset: 4n, ...at },
    { topic: 'orders', partition: 2, offset: 0n, ...at },
  ]
  const asked = KAFKA_BYTES['OffsetCommitRequest v9']
  expect(sent(OFFSET_COMMIT, { group: 'g1', offsets }, version)).toBe(asked)
  expect(understood(OFFSET_COMMIT, 'OffsetCommitResponse v9', version)).toEqual([
    { topic: 'orders', partition: 0, code: 0 },
    { topic: 'orders', partition: 2, code: 12 },
  ])
})

it('OffsetDelete', () => {
  const partitions = [0, 2].map((partition) => ({ topic: 'orders', partition }))
  const asked = KAFKA_BYTES['OffsetDeleteRequest v0']
  expect(sent(OFFSET_DELETE, { group: 'g1', partitions }, 0)).toBe(asked)
  expect(understood(OFFSET_DELETE, 'OffsetDeleteResponse v0', 0)).toEqual({
    code: 0,
    partitions: [
      { topic: 'orders', partition: 0, code: 0 },
      { topic: 'orders', partition: 2, code: 86 },
    ],
  })
})
