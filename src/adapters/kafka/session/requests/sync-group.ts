import type { GroupRequest } from '../../groups/requests/group-request.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { ClassicMember } from './heartbeat.ts'
import { CONSUMER_PROTOCOL } from './join-group.ts'

export interface SyncAsked extends ClassicMember {
  readonly assignor: string
  /** By member, encoded; from the leader alone. */
  readonly assignments: ReadonlyMap<string, Uint8Array>
}

export interface Synced {
  readonly code: number
  /** This member's own, encoded; empty for none. */
  readonly assignment: Uint8Array
}

/** Gives the leader's assignments, and takes the own one; answered when the leader has given them. */
export const SYNC_GROUP: GroupRequest<SyncAsked, Synced> = {
  name: 'SyncGroup',
  api: 14,
  min: 5,
  max: 5,
  flexible: true,
  encode(asked) {
    return new ByteWriter()
      .compactString(asked.group)
      .int32(asked.generation)
      .compactString(asked.memberId)
      .compactString(asked.instanceId)
      .compactString(CONSUMER_PROTOCOL)
      .compactString(asked.assignor)
      .compactArray([...asked.assignments], ([member, assignment], entry) =>
        entry.compactString(member).compactBlob(assignment).noTags(),
      )
      .noTags()
      .finish()
  },
  decode(reader) {
    reader.int32()
    const code = reader.int16()
    reader.compactNullableString()
    reader.compactNullableString()
    return { code, assignment: reader.compactBlob() }
  },
}
