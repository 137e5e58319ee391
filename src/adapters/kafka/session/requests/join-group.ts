import type { GroupRequest } from '../../groups/requests/group-request.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

/** What kind of group it is: one whose members divide partitions. */
export const CONSUMER_PROTOCOL = 'consumer'

export interface JoinAsked {
  readonly group: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** Empty the first time. */
  readonly memberId: string
  readonly instanceId: string | null
  /** The one assignor offered. */
  readonly assignor: string
  /** The subscription, encoded. */
  readonly metadata: Uint8Array
}

export interface JoinedMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly metadata: Uint8Array
}

export interface Joined {
  readonly code: number
  readonly generation: number
  readonly leader: string
  /** The leader came back and the assignment still holds: it gives none. */
  readonly skipsAssignment: boolean
  readonly memberId: string
  /** Told to the leader alone. */
  readonly members: readonly JoinedMember[]
}

/** Joins a group of the classic protocol; answered when every member has joined. */
export const JOIN_GROUP: GroupRequest<JoinAsked, Joined> = {
  name: 'JoinGroup',
  api: 11,
  min: 7,
  max: 9,
  flexible: true,
  encode(asked, version) {
    const writer = new ByteWriter()
      .compactString(asked.group)
      .int32(asked.sessionTimeoutMs)
      .int32(asked.rebalanceTimeoutMs)
      .compactString(asked.memberId)
      .compactString(asked.instanceId)
      .compactString(CONSUMER_PROTOCOL)
      .compactArray([asked.assignor], (name, entry) =>
        entry.compactString(name).compactBlob(asked.metadata).noTags(),
      )
    if (version >= 8) writer.compactString(null)
    return writer.noTags().finish()
  },
  decode(reader, version) {
    reader.int32()
    const code = reader.int16()
    const generation = reader.int32()
    reader.compactNullableString()
    reader.compactNullableString()
    const leader = reader.compactString()
    const skipsAssignment = version >= 9 && reader.boolean()
    const memberId = reader.compactString()
    const members = reader.compactArray(() => {
      const member = {
        memberId: reader.compactString(),
        instanceId: reader.compactNullableString(),
        metadata: reader.compactBlob(),
      }
      reader.tags()
      return member
    })
    return { code, generation, leader, skipsAssignment, memberId, members }
  },
}
