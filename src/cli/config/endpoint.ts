import { UsageError } from '../../errors.ts'
import type { ConnectionSettings, SaslSettings, TlsSettings, UriSource } from './config.ts'

/** Where to connect and how to get in: a setting with its secrets filled in. Never print `sasl`. */
export interface Endpoint {
  /** As the configuration calls it; null for a URI that was given as such. */
  readonly name: string | null
  readonly uri: string
  /** Names of the configuration, beside a word that may be one of them mistyped. */
  readonly otherNames?: readonly string[]
  readonly format?: UriSource['format'] & {}
  readonly onBadRecord?: UriSource['onBadRecord'] & {}
  readonly tls?: TlsOptions
  readonly sasl?: SaslCredentials
}

export interface TlsOptions extends Omit<TlsSettings, 'keyPassphraseEnv'> {
  readonly keyPassphrase?: string
}

export interface SaslCredentials {
  readonly mechanism: SaslSettings['mechanism']
  readonly username?: string
  readonly password?: string
  readonly token?: string
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * TLS and SASL settings with what the environment holds for them.
 * @param path where the settings stand, for messages: `clusters.prod`
 * @throws UsageError for a variable that is named and not set
 */
export function connectionOf(
  { tls, sasl }: ConnectionSettings,
  path: string,
  env: Env,
): Pick<Endpoint, 'tls' | 'sasl'> {
  return {
    ...(tls !== undefined && tls !== false && { tls: tlsOptions(tls, path, env) }),
    ...(sasl !== undefined && { sasl: credentials(sasl, path, env) }),
  }
}

function tlsOptions(tls: true | TlsSettings, path: string, env: Env): TlsOptions {
  if (tls === true) return {}
  const { keyPassphraseEnv, ...options } = tls
  const keyPassphrase = variable(keyPassphraseEnv, `${path}.tls.keyPassphraseEnv`, env)
  return { ...options, ...(keyPassphrase !== undefined && { keyPassphrase }) }
}

function credentials(sasl: SaslSettings, path: string, env: Env): SaslCredentials {
  const { mechanism } = sasl
  if (sasl.mechanism === 'oauthbearer') {
    const token = sasl.token ?? variable(sasl.tokenEnv, `${path}.sasl.tokenEnv`, env)
    return { mechanism, ...(token !== undefined && { token }) }
  }
  const username = sasl.username ?? variable(sasl.usernameEnv, `${path}.sasl.usernameEnv`, env)
  const password = sasl.password ?? variable(sasl.passwordEnv, `${path}.sasl.passwordEnv`, env)
  return {
    mechanism,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  }
}

function variable(name: string | undefined, field: string, env: Env): string | undefined {
  if (name === undefined) return undefined
  const value = env[name]
  if (value !== undefined && value !== '') return value
  throw new UsageError('config.variable-missing', `${field} names ${name}, which is not set`, [
    `Set it: export ${name}=..`,
  ])
}
