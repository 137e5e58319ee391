import type { SaslSettings } from '../options.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { ERROR } from '../wire/error-codes.ts'
import type { BrokerConnection } from './broker-connection.ts'
import { authenticationFailed, codeFailure } from './failures.ts'
import { scram } from './scram.ts'

const HANDSHAKE = { api: 17, version: 1 }
const AUTHENTICATE = { api: 36, version: 1 }

/** Tells the broker who is asking. @throws BrokerError `broker.authentication` */
export async function authenticate(
  connection: BrokerConnection,
  sasl: SaslSettings,
): Promise<void> {
  const { mechanism } = sasl
  const refused = (reason: string) => authenticationFailed(connection.address, mechanism, reason)
  const body = new ByteWriter().string(mechanism).finish()
  const handshake = await connection.send({ ...HANDSHAKE, body })
  const code = handshake.int16()
  const offered = handshake.array((reader) => reader.string())
  if (code !== ERROR.none) {
    throw refused(`the listener offers ${offered.length === 0 ? 'no SASL' : offered.join(', ')}`)
  }
  const exchange = async (message: string) => {
    const payload = new ByteWriter().blob(Buffer.from(message)).finish()
    const response = await connection.send({ ...AUTHENTICATE, body: payload })
    const failure = response.int16()
    const reason = response.nullableString()
    if (failure === ERROR.none) return Buffer.from(response.blob()).toString('utf8')
    if (failure === ERROR.saslAuthenticationFailed) throw refused(reason ?? 'no reason given')
    throw codeFailure(failure, 'authenticate')
  }
  if (sasl.mechanism === 'OAUTHBEARER') {
    const problem = await exchange(`n,,\x01auth=Bearer ${sasl.token}\x01\x01`)
    // RFC 7628: whoever refuses a token says why, and success is an empty answer.
    if (problem !== '') throw refused(problem)
    return
  }
  if (sasl.mechanism === 'PLAIN') {
    await exchange(`\0${sasl.user}\0${sasl.password}`)
    return
  }
  const hash = sasl.mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
  await scram(hash, sasl.user, sasl.password, exchange).catch((error: Error) => {
    throw error.name === 'Error' ? refused(error.message) : error
  })
}
