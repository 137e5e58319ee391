import { UsageError } from '../errors.ts'
import type { Endpoint, SaslCredentials, TlsOptions } from './config/endpoint.ts'

/** How to get into a cluster, in the words of the Kafka adapter. */
export interface KafkaLogin {
  readonly tls?: Omit<TlsOptions, 'keyPassphrase'> & { readonly keyPassword?: string }
  readonly sasl?:
    | { readonly mechanism: PasswordMechanism; readonly user: string; readonly password: string }
    | { readonly mechanism: 'OAUTHBEARER'; readonly token: string }
}

type PasswordMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'

/**
 * The login that the configuration gives an endpoint; it wins over the URI's.
 * @throws UsageError where a user, a password or a token is missing
 */
export function kafkaLogin({ tls, sasl, name }: Endpoint): KafkaLogin {
  return {
    ...(tls !== undefined && { tls: tlsOf(tls) }),
    ...(sasl !== undefined && { sasl: saslOf(sasl, name ?? 'the source') }),
  }
}

function tlsOf({ keyPassphrase, ...tls }: TlsOptions): NonNullable<KafkaLogin['tls']> {
  return { ...tls, ...(keyPassphrase !== undefined && { keyPassword: keyPassphrase }) }
}

function saslOf(sasl: SaslCredentials, of: string): NonNullable<KafkaLogin['sasl']> {
  if (sasl.mechanism === 'oauthbearer') {
    return { mechanism: 'OAUTHBEARER', token: required(sasl.token, of, 'token') }
  }
  return {
    mechanism: sasl.mechanism.toUpperCase() as PasswordMechanism,
    user: required(sasl.username, of, 'username'),
    password: required(sasl.password, of, 'password'),
  }
}

function required(value: string | undefined, of: string, field: string): string {
  if (value !== undefined) return value
  throw new UsageError('config.no-credentials', `${of}: sasl has no ${field}`, [
    `Give ${field}Env, the name of the variable that holds it, beside the mechanism.`,
  ])
}
