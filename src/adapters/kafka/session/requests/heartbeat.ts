import type { GroupRequest } from '../../groups/requests/group-request.ts'
import type { CommittingMember } from '../../groups/requests/offset-commit.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

/** A member of a group of the classic protocol. */
export interface ClassicMember extends CommittingMember {
  readonly group: string
}

/** Says that the member is alive, and is told of rebalances. */
export const HEARTBEAT: GroupRequest<ClassicMember, { readonly code: number }> = {
  name: 'Heartbeat',
  api: 12,
  min: 4,
  max: 4,
  flexible: true,
  encode({ group, generation, memberId, instanceId }) {
    return new ByteWriter()
      .compactString(group)
      .int32(generation)
      .compactString(memberId)
      .compactString(instanceId)
      .noTags()
      .finish()
  },
  decode(reader) {
    reader.int32()
    return { code: reader.int16() }
  },
}

/** Leaves at once, instead of when the session times out. */
export const LEAVE_GROUP: GroupRequest<
  { readonly group: string; readonly memberId: string },
  { readonly code: number }
> = {
  name: 'LeaveGroup',
  api: 13,
  min: 4,
  max: 5,
  flexible: true,
  encode({ group, memberId }, version) {
    return new ByteWriter()
      .compactString(group)
      .compactArray([memberId], (member, entry) => {
        entry.compactString(member).compactString(null)
        if (version >= 5) entry.compactString(null)
        entry.noTags()
      })
      .noTags()
      .finish()
  },
  decode(reader) {
    reader.int32()
    return { code: reader.int16() }
  },
}
