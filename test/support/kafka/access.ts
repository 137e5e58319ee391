/** How tests reach the broker; global-setup.ts provides it, `inject` gives it to a test. */
export interface SecuredKafka {
  /** The same broker without TLS and SASL, to make topics for it: it may not be the named one. */
  readonly plaintext: string
  /** SASL without TLS; offers every mechanism of `SASL_MECHANISMS`. */
  readonly saslPlaintext: string
  /** TLS without SASL. */
  readonly tls: string
  readonly saslTls: string
  /** PEM of the authority that signed the broker's certificate. */
  readonly ca: string
}

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const

/**
 * Known to every SASL mechanism. Who comes without SASL may do everything, as `admin` may.
 * `reader` may describe and read topics and nothing else (no group, no cluster), `describer` may
 * only see them, `stranger` not even that. `operator` has what a test grants: see acls.ts.
 */
export const USERS = {
  admin: 'admin-secret',
  reader: 'reader-secret',
  describer: 'describer-secret',
  stranger: 'stranger-secret',
  operator: 'operator-secret',
} as const

export type UserName = keyof typeof USERS

/** A token as the broker's unsecured OAUTHBEARER handler takes it: claims without a signature. */
export function bearerToken(subject: string, lifetimeSeconds = 3600): string {
  const now = Math.floor(Date.now() / 1000)
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
  const claims = { sub: subject, iat: now, exp: now + lifetimeSeconds }
  return `${part({ alg: 'none' })}.${part(claims)}.`
}

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port of a listener without TLS or SASL. */
    kafkaBrokers: string
    /** null when only PSTOOL_TEST_KAFKA's broker is there; `securedKafka()` says so. */
    kafkaSecured: SecuredKafka | null
    /** The container's id, in which Kafka's tools run; null: they run here, by Java. */
    kafkaContainer: string | null
  }
}
