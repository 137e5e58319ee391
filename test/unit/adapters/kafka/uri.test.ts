import { describe, expect, it } from 'vitest'
import { parseKafkaClusterUri, parseKafkaUri } from '../../../../src/adapters/kafka/uri.ts'
import { UsageError } from '../../../../src/errors.ts'

const SECRETS = { PSTOOL_KAFKA_PASSWORD: 'hush', PSTOOL_KAFKA_TOKEN: 'bearer-hush' }

function refusal(uri: string, env = {}): UsageError {
  try {
    parseKafkaUri(uri, env)
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return error as UsageError
  }
  throw new Error(`${uri} was taken`)
}

describe('kafka:// URIs', () => {
  it('name brokers and a topic; the port is 9092 unless said', () => {
    expect(parseKafkaUri('kafka://a:1,b,[::1]:9093,[fe80::1]/my.topic_1-x', {})).toEqual({
      brokers: [
        { host: 'a', port: 1 },
        { host: 'b', port: 9092 },
        { host: '::1', port: 9093 },
        { host: 'fe80::1', port: 9092 },
      ],
      topic: 'my.topic_1-x',
      uri: 'kafka://a:1,b:9092,[::1]:9093,[fe80::1]:9092/my.topic_1-x',
    })
  })

  it('take TLS and SASL, with secrets from the environment alone', () => {
    const query = 'tls-ca=ca.pem&tls-server-name=kafka&sasl=scram-sha-512&user=me&timeout-ms=500'
    const options = parseKafkaUri(`kafka://a/t?${query}&client-id=me`, SECRETS)
    expect(options).toMatchObject({
      tls: { caFile: 'ca.pem', serverName: 'kafka', rejectUnauthorized: true },
      sasl: { mechanism: 'SCRAM-SHA-512', user: 'me', password: 'hush' },
      timeoutMs: 500,
      clientId: 'me',
    })
    expect(options.uri).toBe(`kafka://a:9092/t?${query}&client-id=me`)
  })

  it('take a token for oauthbearer, which needs no user', () => {
    const { sasl } = parseKafkaUri('kafka://a/t?sasl=oauthbearer', SECRETS)
    expect(sasl).toEqual({ mechanism: 'OAUTHBEARER', token: 'bearer-hush' })
  })

  it('speak TLS when any of its parameters is there, and trust nobody unless told so', () => {
    expect(parseKafkaUri('kafka://a/t', {}).tls).toBeUndefined()
    expect(parseKafkaUri('kafka://a/t?tls=false', {}).tls).toBeUndefined()
    expect(parseKafkaUri('kafka://a/t?tls=true', {}).tls).toEqual({ rejectUnauthorized: true })
    const { tls } = parseKafkaUri('kafka://a/t?tls-verify=false', {})
    expect(tls).toEqual({ rejectUnauthorized: false })
  })

  it.each([
    'kafka://me:p4ss@a/t',
    'kafka://a/t?password=p4ss',
    'kafka://a/t?sasl=plain&user=me&sasl.password=p4ss',
    'kafka://a/t?token=p4ss',
  ])('with a secret in them are refused, and the secret is not repeated: %s', (uri) => {
    const { code, message, suggestions } = refusal(uri, SECRETS)
    expect(code).toBe('kafka.secret-in-uri')
    expect([message, ...suggestions].join()).not.toContain('p4ss')
  })

  it.each([
    ['kafka://a', 'no topic'],
    ['kafka:///t', 'no broker'],
    ['kafka://a/t/u', '"t/u"'],
    ['kafka://a/..', '".."'],
    ['kafka://a:99999/t', '"a:99999"'],
    ['kafka://a:x/t', '"a:x"'],
    ['kafka://a/t?tlss=true', '"tlss"'],
    ['kafka://a/t?tls=maybe', '"maybe"'],
    ['kafka://a/t?sasl=md5&user=me', '"md5"'],
    ['kafka://a/t?user=me', 'without sasl'],
    ['kafka://a/t?sasl=plain', 'user'],
    ['kafka://a/t?timeout-ms=0', '"0"'],
    ['http://a/t', 'no kafka://'],
  ])('that are wrong say what: %s', (uri, part) => {
    const { code, message, suggestions } = refusal(uri, SECRETS)
    expect(code).toBe('kafka.bad-uri')
    expect(message).toContain(part)
    expect(suggestions.join()).toContain('kafka://host:9092')
  })

  it('name the variable that is not set', () => {
    const { code, message } = refusal('kafka://a/t?sasl=plain&user=me', {})
    expect([code, message]).toEqual([
      'kafka.no-secret',
      expect.stringContaining('PSTOOL_KAFKA_PASSWORD'),
    ])
    const token = refusal('kafka://a/t?sasl=oauthbearer', { PSTOOL_KAFKA_TOKEN: '' })
    expect(token.message).toContain('PSTOOL_KAFKA_TOKEN')
  })
})

describe('kafka:// URIs of clusters', () => {
  it('name brokers, and how to log in', () => {
    const options = parseKafkaClusterUri('kafka://a:1,b/?sasl=plain&user=me', SECRETS)
    expect(options).toEqual({
      brokers: [
        { host: 'a', port: 1 },
        { host: 'b', port: 9092 },
      ],
      uri: 'kafka://a:1,b:9092?sasl=plain&user=me',
      sasl: { mechanism: 'PLAIN', user: 'me', password: 'hush' },
    })
    expect(parseKafkaClusterUri('kafka://a', {}).uri).toBe('kafka://a:9092')
  })

  it('name no topic: what to leave out is said', () => {
    const parse = () => parseKafkaClusterUri('kafka://a/orders?user=x', SECRETS)
    expect(parse).toThrow(UsageError)
    expect(parse).toThrow(
      expect.objectContaining({
        code: 'kafka.bad-uri',
        suggestions: [expect.stringContaining('"/orders"')],
      }),
    )
  })

  it('are refused like those of topics', () => {
    for (const bad of ['kafka://', 'kafka://a?colour=red', 'kafka://me:hush@a', 'local:x.db']) {
      expect(() => parseKafkaClusterUri(bad, {})).toThrow(UsageError)
    }
  })
})
