import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { GroupRequest } from './group-request.ts'

/** A group in its coordinator's words. */
export interface DescribedGroup {
  readonly group: string
  readonly code: number
  readonly state: string
  readonly members: number
}

/** Asks about groups of one type. */
export type DescribeRequest = GroupRequest<readonly string[], readonly DescribedGroup[]>

/** Groups of the classic protocol; of others it knows no members and calls them dead. */
export const DESCRIBE_CLASSIC: DescribeRequest = {
  name: 'DescribeGroups',
  api: 15,
  min: 5,
  max: 6,
  flexible: true,
  encode: encodeGroups,
  decode(reader, version) {
    reader.int32()
    return reader.compactArray(() => {
      const code = reader.int16()
      if (version >= 6) reader.compactNullableString()
      const group = reader.compactString()
      const state = reader.compactString()
      reader.compactString()
      reader.compactString()
      const members = reader.compactArray(classicMember).length
      reader.int32()
      reader.tags()
      return { group, code, state, members }
    })
  },
}

/** Groups of the consumer protocol (KIP-848). */
export const DESCRIBE_CONSUMER: DescribeRequest = {
  name: 'ConsumerGroupDescribe',
  api: 69,
  min: 0,
  max: 1,
  flexible: true,
  encode: encodeGroups,
  decode: (reader, version) =>
    decodeGroups(reader, () => {
      reader.compactString()
      reader.compactNullableString()
      skipClient(reader)
      reader.compactNullableString()
      skipAssignment(reader)
      skipAssignment(reader)
      if (version >= 1) reader.int8()
      reader.tags()
    }),
}

/** Share groups (KIP-932). */
export const DESCRIBE_SHARE: DescribeRequest = {
  name: 'ShareGroupDescribe',
  api: 77,
  min: 1,
  max: 1,
  flexible: true,
  encode: encodeGroups,
  decode: (reader) =>
    decodeGroups(reader, () => {
      reader.compactString()
      skipClient(reader)
      skipAssignment(reader)
      reader.tags()
    }),
}

/** What every such request asks: the names, and no rights. */
export function encodeGroups(groups: readonly string[]): Uint8Array {
  return new ByteWriter()
    .compactArray(groups, (group, entry) => entry.compactString(group))
    .boolean(false)
    .noTags()
    .finish()
}

function decodeGroups(reader: ByteReader, member: () => void): DescribedGroup[] {
  reader.int32()
  return reader.compactArray(() => {
    const code = reader.int16()
    reader.compactNullableString()
    const group = reader.compactString()
    const state = reader.compactString()
    reader.int32()
    reader.int32()
    reader.compactString()
    const members = reader.compactArray(member).length
    reader.int32()
    reader.tags()
    return { group, code, state, members }
  })
}

function classicMember(reader: ByteReader): void {
  reader.compactString()
  reader.compactNullableString()
  reader.compactString()
  reader.compactString()
  reader.compactBlob()
  reader.compactBlob()
  reader.tags()
}

/** Rack, epoch, client and host, and the topics that a member subscribed to. */
function skipClient(reader: ByteReader): void {
  reader.compactNullableString()
  reader.int32()
  reader.compactString()
  reader.compactString()
  reader.compactArray((topic) => topic.compactString())
}

function skipAssignment(reader: ByteReader): void {
  reader.compactArray(() => {
    reader.uuid()
    reader.compactString()
    reader.compactArray((partition) => partition.int32())
    reader.tags()
  })
  reader.tags()
}
