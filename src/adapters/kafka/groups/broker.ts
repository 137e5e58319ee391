import { BrokerError } from '../../../errors.ts'
import type { RequestHook } from '../../../ports/group-admin.ts'
import type { VersionRange } from '../cluster/api-versions.ts'
import type { BrokerConnection } from '../connection/broker-connection.ts'
import { addressText } from '../options.ts'
import type { GroupRequest } from './requests/group-request.ts'

/** A broker, logged in, with the requests that it knows. */
export class Broker {
  private readonly connection: BrokerConnection
  private readonly known: ReadonlyMap<number, VersionRange>
  private readonly onRequest: RequestHook

  constructor(
    connection: BrokerConnection,
    known: ReadonlyMap<number, VersionRange>,
    onRequest: RequestHook,
  ) {
    this.connection = connection
    this.known = known
    this.onRequest = onRequest
  }

  get isOpen(): boolean {
    return this.connection.isOpen
  }

  /** Whether it knows a version of the request that is known here too. */
  takes(request: GroupRequest<never, unknown>): boolean {
    return this.versionOf(request) !== null
  }

  /**
   * Asks in the highest version that both know. The hook is awaited before the request is sent and
   * after its answer has come.
   * @throws BrokerError
   */
  async ask<Asked, Answer>(request: GroupRequest<Asked, Answer>, asked: Asked): Promise<Answer> {
    const version = this.versionOf(request)
    if (version === null) throw this.lacks(request)
    const { name, api, flexible } = request
    const address = addressText(this.connection.address)
    const body = request.encode(asked, version)
    await this.onRequest({ name, phase: 'before', address })
    const response = await this.connection.send({ api, version, flexible, body })
    await this.onRequest({ name, phase: 'after', address })
    try {
      return request.decode(response, version)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new BrokerError(
        'broker.protocol',
        `cannot understand what the broker ${address} answers to ${name} in version ${version}`,
        ['Report it with the name and version of what answers there.'],
        error,
      )
    }
  }

  /** Ends the connection; requests under way fail. */
  close(): void {
    this.connection.close()
  }

  private versionOf({ api, min, max }: GroupRequest<never, unknown>): number | null {
    const known = this.known.get(api)
    if (known === undefined) return null
    const version = Math.min(max, known.max)
    return version >= Math.max(min, known.min) ? version : null
  }

  private lacks({ name, api, min, max }: GroupRequest<never, unknown>): BrokerError {
    const known = this.known.get(api)
    const needed = min === max ? `version ${min}` : `versions ${min} to ${max}`
    const offer = known === undefined ? 'none' : `${known.min} to ${known.max}`
    return new BrokerError(
      'broker.unsupported-version',
      `the broker ${addressText(this.connection.address)} lacks ${name} in ${needed} ` +
        `(it offers ${offer})`,
      ['pstool works on groups of Apache Kafka 3.5 to 4.x and of what speaks the same requests.'],
    )
  }
}
