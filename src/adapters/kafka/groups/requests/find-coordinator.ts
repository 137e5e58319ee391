import type { BrokerAddress } from '../../options.ts'
import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { GroupRequest } from './group-request.ts'

const GROUP_KEY = 0

/** Which broker coordinates a group; the address counts when the code is 0. */
export interface FoundCoordinator {
  readonly group: string
  readonly code: number
  readonly address: BrokerAddress
}

/** The coordinators of many groups. */
export const FIND_COORDINATORS: GroupRequest<readonly string[], readonly FoundCoordinator[]> = {
  name: 'FindCoordinator',
  api: 10,
  min: 4,
  max: 6,
  flexible: true,
  encode(groups) {
    return new ByteWriter()
      .int8(GROUP_KEY)
      .compactArray(groups, (group, entry) => entry.compactString(group))
      .noTags()
      .finish()
  },
  decode(reader) {
    reader.int32()
    return reader.compactArray(() => {
      const group = reader.compactString()
      const address = addressOf(reader)
      const code = reader.int16()
      reader.compactNullableString()
      reader.tags()
      return { group, code, address }
    })
  },
}

/** The coordinator of one group, for brokers that know no more than one at a time. */
export const FIND_COORDINATOR: GroupRequest<string, Omit<FoundCoordinator, 'group'>> = {
  name: 'FindCoordinator',
  api: 10,
  min: 3,
  max: 3,
  flexible: true,
  encode(group) {
    return new ByteWriter().compactString(group).int8(GROUP_KEY).noTags().finish()
  },
  decode(reader) {
    reader.int32()
    const code = reader.int16()
    reader.compactNullableString()
    return { code, address: addressOf(reader) }
  },
}

function addressOf(reader: ByteReader): BrokerAddress {
  reader.int32()
  return { host: reader.compactString(), port: reader.int32() }
}
