/** host and port of a broker. */
export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

/** Files are PEM and are read when the source is opened. */
export interface TlsSettings {
  /** Authorities to trust instead of those that Node trusts. */
  readonly caFile?: string
  /** The client's own certificate and key, where the broker asks for them. */
  readonly certFile?: string
  readonly keyFile?: string
  readonly keyPassword?: string
  /** The name that the broker's certificate must bear, where it is not the host's. */
  readonly serverName?: string
  /** Only `false`, said on purpose, lets a certificate pass that nobody trusts. */
  readonly rejectUnauthorized?: boolean
}

export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER'

export type SaslSettings =
  | {
      readonly mechanism: Exclude<SaslMechanism, 'OAUTHBEARER'>
      readonly user: string
      readonly password: string
    }
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: string }

/** How to reach a cluster and log in. */
export interface KafkaClusterOptions {
  /** Any of the cluster's brokers; the others are found through them. */
  readonly brokers: readonly BrokerAddress[]
  readonly tls?: TlsSettings
  readonly sasl?: SaslSettings
  readonly clientId?: string
  /** Longest wait for the cluster before a BrokerError. */
  readonly timeoutMs?: number
  /** As the user may see it again: without secrets. */
  readonly uri: string
}

export interface KafkaSourceOptions extends KafkaClusterOptions {
  readonly topic: string
}

/** `host:9092`, `[::1]:9092` */
export function addressText({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
