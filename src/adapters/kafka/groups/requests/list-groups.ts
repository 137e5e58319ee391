import { ByteWriter } from '../../wire/byte-writer.ts'
import type { GroupRequest } from './group-request.ts'

/** A group in a broker's own words. */
export interface NamedGroup {
  readonly group: string
  /** Empty where the version does not say. */
  readonly state: string
  readonly type: string
}

export interface BrokerGroups {
  readonly code: number
  readonly groups: readonly NamedGroup[]
}

/** The groups that one broker coordinates, of all types and in all states. */
export const LIST_GROUPS: GroupRequest<null, BrokerGroups> = {
  name: 'ListGroups',
  api: 16,
  min: 3,
  max: 5,
  flexible: true,
  encode(_, version) {
    const writer = new ByteWriter()
    if (version >= 4) writer.compactArray([], () => {})
    if (version >= 5) writer.compactArray([], () => {})
    return writer.noTags().finish()
  },
  decode(reader, version) {
    reader.int32()
    const code = reader.int16()
    const groups = reader.compactArray(() => {
      const group = reader.compactString()
      reader.compactString()
      const state = version >= 4 ? reader.compactString() : ''
      const type = version >= 5 ? reader.compactString() : ''
      reader.tags()
      return { group, state, type }
    })
    return { code, groups }
  },
}
