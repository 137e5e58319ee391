import { UsageError } from '../../errors.ts'
import {
  addressText,
  type BrokerAddress,
  type KafkaClusterOptions,
  type KafkaSourceOptions,
  type SaslMechanism,
  type SaslSettings,
  type TlsSettings,
} from './options.ts'

const MECHANISMS = new Map<string, SaslMechanism>([
  ['plain', 'PLAIN'],
  ['scram-sha-256', 'SCRAM-SHA-256'],
  ['scram-sha-512', 'SCRAM-SHA-512'],
  ['oauthbearer', 'OAUTHBEARER'],
])

const PARAMETERS = new Set([
  'tls',
  'tls-ca',
  'tls-cert',
  'tls-key',
  'tls-server-name',
  'tls-verify',
  'sasl',
  'user',
  'client-id',
  'timeout-ms',
])

/** Where secrets come from: never from the URI, which shells, logs and documents keep. */
export type SecretEnvironment = Readonly<Record<string, string | undefined>>

/**
 * Reads `kafka://host:9092[,host:9093]/topic?tls=true&tls-ca=ca.pem&sasl=scram-sha-512&user=..`.
 * Passwords come from PSTOOL_KAFKA_PASSWORD, tokens from PSTOOL_KAFKA_TOKEN, a key file's password
 * from PSTOOL_KAFKA_TLS_KEY_PASSWORD; a password in the URI is refused, and never shown.
 * @throws UsageError that says what to write instead
 */
export function parseKafkaUri(uri: string, env: SecretEnvironment): KafkaSourceOptions {
  const { path, ...parts } = partsOf(uri)
  const topic = topicOf(path)
  return { ...clusterOf(parts, `/${topic}`, env), topic }
}

/**
 * Reads `kafka://host:9092[,host:9093]?tls=true&..`: a cluster, all of it, with the parameters and
 * variables of `parseKafkaUri`.
 * @throws UsageError that says what to write instead, for a topic in it too
 */
export function parseKafkaClusterUri(uri: string, env: SecretEnvironment): KafkaClusterOptions {
  const { path, ...parts } = partsOf(uri)
  if (path !== '' && path !== '/') {
    throw new UsageError('kafka.bad-uri', 'the URI of a cluster names no topic', [
      `Leave out "/${topicOf(path)}": kafka://host:9092[,host:9093].`,
    ])
  }
  return clusterOf(parts, '', env)
}

interface UriParts {
  readonly brokers: readonly BrokerAddress[]
  readonly query: string
}

function partsOf(uri: string): UriParts & { readonly path: string } {
  const [, authority, path, query] =
    /^kafka:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(uri) ?? []
  if (authority === undefined) throw badUri('this is no kafka:// URI')
  if (authority.includes('@')) throw secretInUri()
  const brokers = authority.split(',').filter(Boolean).map(brokerOf)
  if (brokers.length === 0) throw badUri('the kafka:// URI names no broker')
  return { brokers, path: path ?? '', query: query ?? '' }
}

function clusterOf(
  { brokers, query }: UriParts,
  path: string,
  env: SecretEnvironment,
): KafkaClusterOptions {
  const parameters = parametersOf(query)
  const tls = tlsOf(parameters, env)
  const sasl = saslOf(parameters, env)
  const clientId = parameters.get('client-id')
  const timeoutMs = timeoutOf(parameters.get('timeout-ms'))
  return {
    brokers,
    uri: `kafka://${brokers.map(addressText).join(',')}${path}${query === '' ? '' : `?${query}`}`,
    ...(tls === null ? {} : { tls }),
    ...(sasl === null ? {} : { sasl }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(timeoutMs === null ? {} : { timeoutMs }),
  }
}

function brokerOf(text: string): BrokerAddress {
  const [, six, name, portText] =
    /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(text) ?? []
  const host = six ?? name
  const port = Number(portText ?? '9092')
  if (host === undefined || port < 1 || port > 65535) {
    throw badUri(`"${text}" is no broker address`)
  }
  return { host, port }
}

function topicOf(path: string): string {
  const topic = path.replace(/\/$/, '')
  if (/^[A-Za-z0-9._-]{1,249}$/.test(topic) && topic !== '.' && topic !== '..') return topic
  if (topic === '') throw badUri('the kafka:// URI names no topic')
  throw badUri(`"${topic}" cannot be the name of a topic`)
}

function parametersOf(query: string): Map<string, string> {
  const parameters = new Map(new URLSearchParams(query))
  for (const name of parameters.keys()) {
    if (/pass|secret|token/i.test(name)) throw secretInUri()
    if (PARAMETERS.has(name)) continue
    throw badUri(`kafka:// URIs know no parameter "${name}"`)
  }
  return parameters
}

function tlsOf(
  parameters: ReadonlyMap<string, string>,
  env: SecretEnvironment,
): TlsSettings | null {
  const named = [...parameters.keys()].some((name) => name.startsWith('tls-'))
  if (!flag(parameters, 'tls', named)) return null
  const caFile = parameters.get('tls-ca')
  const certFile = parameters.get('tls-cert')
  const keyFile = parameters.get('tls-key')
  const serverName = parameters.get('tls-server-name')
  const keyPassword = env.PSTOOL_KAFKA_TLS_KEY_PASSWORD
  return {
    rejectUnauthorized: flag(parameters, 'tls-verify', true),
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(keyPassword === undefined ? {} : { keyPassword }),
    ...(serverName === undefined ? {} : { serverName }),
  }
}

function saslOf(
  parameters: ReadonlyMap<string, string>,
  env: SecretEnvironment,
): SaslSettings | null {
  const name = parameters.get('sasl')
  const user = parameters.get('user')
  if (name === undefined && user === undefined) return null
  const mechanism = MECHANISMS.get(name?.toLowerCase() ?? '')
  if (mechanism === undefined) {
    throw badUri(name === undefined ? 'user is given without sasl' : `unknown sasl "${name}"`, [
      `Write sasl=${[...MECHANISMS.keys()].join(', sasl=')}.`,
    ])
  }
  if (mechanism === 'OAUTHBEARER') {
    return { mechanism, token: secret(env, 'PSTOOL_KAFKA_TOKEN') }
  }
  if (user === undefined) throw badUri(`sasl=${name} needs user=..`)
  return { mechanism, user, password: secret(env, 'PSTOOL_KAFKA_PASSWORD') }
}

function secret(env: SecretEnvironment, name: string): string {
  const value = env[name]
  if (value !== undefined && value !== '') return value
  throw new UsageError('kafka.no-secret', `${name} is not set, and the source needs it`, [
    `Set the environment variable ${name}.`,
  ])
}

function flag(parameters: ReadonlyMap<string, string>, name: string, absent: boolean): boolean {
  const text = parameters.get(name)
  if (text === undefined) return absent
  if (text === 'true' || text === '') return true
  if (text === 'false') return false
  throw badUri(`${name} is true or false, not "${text}"`)
}

function timeoutOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const timeoutMs = Number(text)
  if (Number.isInteger(timeoutMs) && timeoutMs > 0) return timeoutMs
  throw badUri(`timeout-ms is a number of milliseconds, not "${text}"`)
}

/** The message never repeats the whole URI: what the user took for a parameter may be a secret. */
function badUri(message: string, suggestions: readonly string[] = []): UsageError {
  return new UsageError('kafka.bad-uri', message, [
    ...suggestions,
    'Write kafka://host:9092[,host:9093]/topic (of a cluster: without /topic), with ' +
      `?${[...PARAMETERS].map((name) => `${name}=..`).join('&')} where needed.`,
  ])
}

function secretInUri(): UsageError {
  return new UsageError('kafka.secret-in-uri', 'the kafka:// URI holds a password or a token', [
    'Take it out: shells and logs keep what they see. Write ?sasl=plain&user=NAME in the URI ' +
      'and set PSTOOL_KAFKA_PASSWORD, or PSTOOL_KAFKA_TOKEN for sasl=oauthbearer.',
  ])
}
