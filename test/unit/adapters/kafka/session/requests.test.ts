import { describe, expect, it } from 'vitest'
import type { GroupRequest } from '../../../../../src/adapters/kafka/groups/requests/group-request.ts'
import { OFFSET_COMMIT } from '../../../../../src/adapters/kafka/groups/requests/offset-commit.ts'
import { OFFSET_FETCH } from '../../../../../src/adapters/kafka/groups/requests/offset-fetch.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../../../src/adapters/kafka/session/membership/embedded.ts'
import { CONSUMER_HEARTBEAT } from '../../../../../src/adapters/kafka/session/requests/consumer-heartbeat.ts'
import { FETCH } from '../../../../../src/adapters/kafka/session/requests/fetch.ts'
import {
  HEARTBEAT,
  LEAVE_GROUP,
} from '../../../../../src/adapters/kafka/session/requests/heartbeat.ts'
import { JOIN_GROUP } from '../../../../../src/adapters/kafka/session/requests/join-group.ts'
import { SYNC_GROUP } from '../../../../../src/adapters/kafka/session/requests/sync-group.ts'
import { ByteReader } from '../../../../../src/adapters/kafka/wire/byte-reader.ts'
import { KAFKA_BYTES } from './kafka-bytes.ts'

type Recorded = keyof typeof KAFKA_BYTES

function sent<Asked>(request: GroupRequest<Asked, unknown>, asked: Asked, version: number): string {
  return Buffer.from(request.encode(asked, version)).toString('hex')
}

const recorded = (name: Recorded) => Buffer.from(KAFKA_BYTES[name], 'hex')
const understood = <Answer>(
  request: GroupRequest<never, Answer>,
  name: Recorded,
  version: number,
) => request.decode(new ByteReader(recorded(name)), version)

const member = { generation: 5, memberId: 'm', instanceId: 'i' }
const topicId = 'pstool-tests--------AA'

describe('JoinGroup', () => {
  it.each([7, 8, 9] as const)('v%i', (version) => {
    const asked = {
      group: 'g1',
      sessionTimeoutMs: 45_000,
      rebalanceTimeoutMs: 60_000,
      memberId: 'm',
      instanceId: 'i',
      assignor: 'range',
      metadata: Uint8Array.of(1, 2),
    }
    expect(sent(JOIN_GROUP, asked, version)).toBe(KAFKA_BYTES[`JoinGroupRequest v${version}`])
    const joined = understood(JOIN_GROUP, `JoinGroupResponse v${version}`, version)
    expect(joined).toMatchObject({
      code: 0,
      generation: 5,
      leader: 'm',
      memberId: 'm',
      skipsAssignment: version >= 9,
      members: [
        { memberId: 'm', instanceId: 'i' },
        { memberId: 'n', instanceId: null },
      ],
    })
    expect(joined.members.map(({ metadata }) => [...metadata])).toEqual([[1, 2], [3]])
  })
})

describe('SyncGroup, Heartbeat, LeaveGroup', () => {
  it('SyncGroup v5', () => {
    const assignments = new Map([['m', Uint8Array.of(7, 8)]])
    const asked = { group: 'g1', ...member, instanceId: null, assignor: 'range', assignments }
    expect(sent(SYNC_GROUP, asked, 5)).toBe(KAFKA_BYTES['SyncGroupRequest v5'])
    const { code, assignment } = understood(SYNC_GROUP, 'SyncGroupResponse v5', 5)
    expect([code, ...assignment]).toEqual([27, 7, 8])
  })

  it('Heartbeat v4', () => {
    expect(sent(HEARTBEAT, { group: 'g1', ...member }, 4)).toBe(KAFKA_BYTES['HeartbeatRequest v4'])
    expect(understood(HEARTBEAT, 'HeartbeatResponse v4', 4)).toEqual({ code: 27 })
  })

  it.each([4, 5] as const)('LeaveGroup v%i', (version) => {
    const asked = { group: 'g1', memberId: 'm' }
    expect(sent(LEAVE_GROUP, asked, version)).toBe(KAFKA_BYTES[`LeaveGroupRequest v${version}`])
  })
})

describe('ConsumerGroupHeartbeat', () => {
  it.each([0, 1] as const)('v%i', (version) => {
    const asBefore = {
      group: 'g1',
      memberId: 'm',
      epoch: 3,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: -1,
      topics: null,
      owned: null,
    }
    expect(sent(CONSUMER_HEARTBEAT, asBefore, version)).toBe(
      KAFKA_BYTES[`ConsumerGroupHeartbeatRequest as before v${version}`],
    )
    const all = {
      ...asBefore,
      instanceId: 'i',
      rackId: 'r',
      rebalanceTimeoutMs: 60_000,
      topics: ['orders'],
      owned: [{ topicId, partitions: [0, 2] }],
    }
    expect(sent(CONSUMER_HEARTBEAT, all, version)).toBe(
      KAFKA_BYTES[`ConsumerGroupHeartbeatRequest v${version}`],
    )
    const name = `ConsumerGroupHeartbeatResponse v${version}` as const
    expect(understood(CONSUMER_HEARTBEAT, name, version)).toEqual({
      code: 0,
      reason: null,
      epoch: 4,
      intervalMs: 5000,
      assignment: [{ topicId, partitions: [1] }],
    })
    const fenced = `ConsumerGroupHeartbeatResponse fenced v${version}` as const
    expect(understood(CONSUMER_HEARTBEAT, fenced, version)).toMatchObject({
      code: 110,
      reason: 'old',
      assignment: null,
    })
  })
})

describe('offsets and records, as a member', () => {
  it('OffsetCommit v9 and OffsetFetch v9', () => {
    const offset = { topic: 'orders', partition: 2, offset: 7n, leaderEpoch: 1, metadata: 'x' }
    expect(sent(OFFSET_COMMIT, { group: 'g1', offsets: [offset], member }, 9)).toBe(
      KAFKA_BYTES['OffsetCommitRequest member v9'],
    )
    const asked = {
      groups: ['g1'],
      topics: [{ name: 'orders', partitions: [0] }],
      stable: true,
      member: { memberId: 'm', epoch: 5 },
    }
    expect(sent(OFFSET_FETCH, asked, 9)).toBe(KAFKA_BYTES['OffsetFetchRequest member v9'])
  })

  it('Fetch v11', () => {
    const asked = {
      from: [{ topic: 'orders', partition: 1, leaderEpoch: 4, offset: 9 }],
      maxWaitMs: 500,
      responseBytes: 1024,
      partitionBytes: 512,
    }
    expect(sent(FETCH, asked, 11)).toBe(KAFKA_BYTES['FetchRequest v11'])
  })
})

describe('subscriptions and assignments', () => {
  const partitions = [0, 2].map((partition) => ({ topic: 'orders', partition }))
  const subscription = {
    topics: ['orders', 'other'],
    owned: partitions,
    generation: 6,
    rackId: 'r',
  }

  it("are Kafka's own, and are read back", () => {
    const bytes = encodeSubscription(subscription)
    expect(Buffer.from(bytes).toString('hex')).toBe(KAFKA_BYTES['Subscription v3'])
    expect(decodeSubscription(bytes)).toEqual(subscription)
    const assigned = encodeAssignment(partitions)
    expect(Buffer.from(assigned).toString('hex')).toBe(KAFKA_BYTES['Assignment v1'])
    expect(decodeAssignment(assigned)).toEqual(partitions)
    expect(decodeAssignment(new Uint8Array(0))).toEqual([])
  })

  it('of older clients tell the generation in the user data', () => {
    expect(decodeSubscription(recorded('Subscription v0'))).toEqual({
      topics: ['orders', 'other'],
      owned: [],
      generation: 6,
      rackId: null,
    })
  })
})
