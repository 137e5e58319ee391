import type { GroupRequest } from '../../groups/requests/group-request.ts'
import type { BrokerAddress } from '../../options.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

/** Who is coordinated: a group, or a transactional id. */
export interface Coordinated {
  readonly kind: 'group' | 'transaction'
  readonly name: string
}

/** Kafka's number of each kind. */
const KINDS = { group: 0, transaction: 1 } as const

/** The broker that coordinates one group or transactional id; it counts when the code is 0. */
export const FIND_ITS_COORDINATOR: GroupRequest<
  Coordinated,
  { readonly code: number; readonly address: BrokerAddress }
> = {
  name: 'FindCoordinator',
  api: 10,
  min: 3,
  max: 3,
  flexible: true,
  encode({ kind, name }) {
    return new ByteWriter().compactString(name).int8(KINDS[kind]).noTags().finish()
  },
  decode(reader) {
    reader.int32()
    const code = reader.int16()
    reader.compactNullableString()
    reader.int32()
    return { code, address: { host: reader.compactString(), port: reader.int32() } }
  },
}
