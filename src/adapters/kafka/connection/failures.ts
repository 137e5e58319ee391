import { BrokerError } from '../../../errors.ts'
import { addressText, type BrokerAddress } from '../options.ts'
import { ERROR, errorName } from '../wire/error-codes.ts'
import type { ConnectionSettings } from './settings.ts'

/** Codes of failures that another connection, or the same one later, may not meet. */
const PASSING_FAILURES: ReadonlySet<string> = new Set([
  'broker.unreachable',
  'broker.connection-lost',
  'broker.timeout',
])

/** Whether another connection, or the same one later, may not meet the failure. */
export function isPassing(error: unknown): error is BrokerError {
  return error instanceof BrokerError && PASSING_FAILURES.has(error.code)
}

/**
 * Takes a step whose failure may pass.
 * @param failures where such a failure is kept; any other is thrown
 * @returns null after a failure
 */
export async function passing<T>(
  failures: BrokerError[],
  step: () => Promise<T>,
): Promise<T | null> {
  try {
    return await step()
  } catch (error) {
    if (!isPassing(error)) throw error
    failures.push(error)
    return null
  }
}

/** No connection came about. Names the address; tells apart refusal, DNS, TLS and certificates. */
export function connectFailure(
  address: BrokerAddress,
  settings: ConnectionSettings,
  error: Error & { code?: string },
): BrokerError {
  const where = addressText(address)
  const code = error.code ?? ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new BrokerError(
      'broker.unreachable',
      `no address is known for the host of ${where}`,
      [`Check the name "${address.host}", and that this machine can resolve it.`],
      error,
    )
  }
  if (settings.tls !== null && /CERT|SELF_SIGNED|LEAF_SIGNATURE/.test(code)) {
    return new BrokerError(
      'broker.tls',
      `the TLS certificate of ${where} was not accepted: ${error.message}`,
      [
        'Name the authority that signed it: ?tls-ca=ca.pem.',
        'Where the certificate bears another name than the host: ?tls-server-name=NAME.',
        'A broker that wants a certificate of yours: ?tls-cert=cert.pem&tls-key=key.pem.',
      ],
      error,
    )
  }
  if (settings.tls !== null && /^(EPROTO|ERR_SSL|ECONNRESET|EPIPE)/.test(code)) {
    return new BrokerError(
      'broker.tls',
      `no TLS connection came about with ${where}: ${error.message}`,
      ['If the port speaks without TLS, leave out tls=true; else name the TLS port.'],
      error,
    )
  }
  return new BrokerError(
    'broker.unreachable',
    `cannot reach the broker ${where}: ${error.message}`,
    [
      'Check host and port, and that the broker is up.',
      "Where only some of a cluster's brokers are reached, check their advertised.listeners.",
    ],
    error,
  )
}

/** The broker closed a connection that had come about, or it broke. */
export function lostConnection(
  address: BrokerAddress,
  settings: ConnectionSettings,
  cause?: Error,
): BrokerError {
  const secured = settings.tls !== null || settings.sasl !== null
  return new BrokerError(
    'broker.connection-lost',
    `the broker ${addressText(address)} closed the connection`,
    secured
      ? ["Look into the broker's log for why.", 'Check that the port takes the given TLS and SASL.']
      : ['If the port asks for TLS or SASL, say so: ?tls=true, ?sasl=scram-sha-512&user=NAME.'],
    cause,
  )
}

/** The broker did not answer in time. */
export function timedOut(address: BrokerAddress, what: string, timeoutMs: number): BrokerError {
  return new BrokerError(
    'broker.timeout',
    `the broker ${addressText(address)} did not ${what} within ${Number((timeoutMs / 1000).toPrecision(2))} s`,
    ['Check host and port, and firewalls between.', 'A slow cluster: ?timeout-ms=30000.'],
  )
}

/** Whoever is asked for something was closed before. */
export function closed(): BrokerError {
  return new BrokerError('broker.closed', 'the connections to the cluster were closed before', [
    'Open it anew, or close it after the last use.',
  ])
}

/** Bytes came that Kafka's protocol does not have. */
export function foreignProtocol(address: BrokerAddress, start: Uint8Array): BrokerError {
  const isTls = (start[0] === 0x15 || start[0] === 0x16) && start[1] === 3
  const where = addressText(address)
  if (isTls) {
    return new BrokerError('broker.tls', `${where} speaks TLS`, ['Add tls=true to the URI.'])
  }
  return new BrokerError('broker.not-kafka', `what answers at ${where} is no Kafka broker`, [
    'Check the port: 9092 is usual for Kafka.',
  ])
}

/** The broker refused who is asking. The broker's own words hold no secret. */
export function authenticationFailed(
  address: BrokerAddress,
  mechanism: string,
  reason: string,
): BrokerError {
  return new BrokerError(
    'broker.authentication',
    `the broker ${addressText(address)} refused SASL ${mechanism}: ${reason}`,
    [
      'Check the user, and PSTOOL_KAFKA_PASSWORD (or PSTOOL_KAFKA_TOKEN for oauthbearer).',
      'Check with the administrator which mechanisms the listener and the user have.',
    ],
  )
}

/** The error code of a response as a BrokerError. @param what was asked, as `fetch from topic[0]` */
export function codeFailure(code: number, what: string): BrokerError {
  if (code === ERROR.topicAuthorizationFailed || code === ERROR.clusterAuthorizationFailed) {
    return new BrokerError('broker.authorization', `not allowed to ${what}`, [
      'Ask for the READ and DESCRIBE rights on the topic; pstool needs no rights on groups.',
    ])
  }
  if (code === ERROR.corruptMessage) {
    return new BrokerError('broker.corrupt-batch', `the broker found a broken batch: ${what}`, [
      'Read around it with --from and --until.',
    ])
  }
  return new BrokerError('broker.protocol', `failed to ${what}: ${errorName(code)}`, [
    "Try again; if it stays, look into the broker's log.",
  ])
}
