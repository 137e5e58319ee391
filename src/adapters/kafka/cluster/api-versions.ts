import { BrokerError } from '../../../errors.ts'
import type { BrokerConnection } from '../connection/broker-connection.ts'
import { codeFailure } from '../connection/failures.ts'
import { addressText } from '../options.ts'
import { ERROR } from '../wire/error-codes.ts'

/**
 * The requests that reading needs, in versions that brokers have had since Kafka 2.3 and have in 4:
 * the last ones before the compact encoding.
 */
export const METADATA = { name: 'Metadata', api: 3, version: 8 }
export const LIST_OFFSETS = { name: 'ListOffsets', api: 2, version: 5 }
export const FETCH = { name: 'Fetch', api: 1, version: 11 }

const API_VERSIONS = { api: 18, version: 0 }

/** Versions of one request that a broker knows, both ends included. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** The requests that the broker knows, by number. @throws BrokerError */
export async function knownRequests(
  connection: BrokerConnection,
): Promise<ReadonlyMap<number, VersionRange>> {
  const response = await connection.send({ ...API_VERSIONS, body: new Uint8Array(0) })
  const code = response.int16()
  if (code !== ERROR.none) throw codeFailure(code, 'ask which requests the broker knows')
  return new Map(
    response.array((reader) => [reader.int16(), { min: reader.int16(), max: reader.int16() }]),
  )
}

/** @throws BrokerError `broker.unsupported-version` when the broker lacks one of the requests */
export async function checkApiVersions(connection: BrokerConnection): Promise<void> {
  const known = await knownRequests(connection)
  for (const { name, api, version } of [METADATA, LIST_OFFSETS, FETCH]) {
    const range = known.get(api)
    if (range !== undefined && range.min <= version && version <= range.max) continue
    const offer = range === undefined ? 'none' : `${range.min} to ${range.max}`
    throw new BrokerError(
      'broker.unsupported-version',
      `the broker ${addressText(connection.address)} lacks ${name} in version ${version} ` +
        `(it offers ${offer})`,
      ['pstool reads from Apache Kafka 2.3 to 4.x and from what speaks the same requests.'],
    )
  }
}
