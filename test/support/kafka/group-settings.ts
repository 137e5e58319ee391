import { ByteWriter } from '../../../src/adapters/kafka/wire/byte-writer.ts'
import { connected } from './group-members.ts'

const INCREMENTAL_ALTER_CONFIGS = { api: 44, version: 1, flexible: true }
const GROUP_RESOURCE = 32
const SET = 0

/** How long members of a KIP-848 group may be silent, in milliseconds; at least a second. */
export async function setSessionTimeout(brokers: string, group: string, ms: number): Promise<void> {
  const connection = await connected(brokers)
  const body = new ByteWriter()
    .compactArray([group], (name, resource) =>
      resource
        .int8(GROUP_RESOURCE)
        .compactString(name)
        .compactArray([ms], (value, setting) =>
          setting
            .compactString('consumer.session.timeout.ms')
            .int8(SET)
            .compactString(String(value))
            .noTags(),
        )
        .noTags(),
    )
    .int8(0)
    .noTags()
    .finish()
  const response = await connection.send({ ...INCREMENTAL_ALTER_CONFIGS, body })
  connection.close()
  response.int32()
  const [refused] = response.compactArray(() => {
    const code = response.int16()
    return code === 0 ? null : `${code} ${response.compactNullableString()}`
  })
  if (refused != null) throw new Error(`IncrementalAlterConfigs: ${refused}`)
}
