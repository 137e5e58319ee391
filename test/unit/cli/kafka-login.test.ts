import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../../src/cli/config/endpoint.ts'
import { kafkaLogin } from '../../../src/cli/kafka-login.ts'

const login = (changes: Partial<Endpoint>) =>
  kafkaLogin({ name: 'prod', uri: 'kafka://h/t', ...changes })

describe("a configuration's login in the words of the Kafka adapter", () => {
  it.each<[string, Partial<Endpoint>, object]>([
    ['nothing', {}, {}],
    ['TLS by default', { tls: {} }, { tls: {} }],
    [
      'the passphrase of a key',
      { tls: { keyFile: 'k.pem', keyPassphrase: 'p', rejectUnauthorized: false } },
      { tls: { keyFile: 'k.pem', keyPassword: 'p', rejectUnauthorized: false } },
    ],
    [
      'a password',
      { sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' } },
      { sasl: { mechanism: 'SCRAM-SHA-512', user: 'u', password: 'p' } },
    ],
    [
      'a token',
      { sasl: { mechanism: 'oauthbearer', token: 't' } },
      { sasl: { mechanism: 'OAUTHBEARER', token: 't' } },
    ],
  ])('%s', (_, given, expected) => {
    expect(login(given)).toEqual(expected)
  })

  it.each<[string, Endpoint['sasl'] & {}]>([
    ['username', { mechanism: 'plain', password: 'hunter2' }],
    ['password', { mechanism: 'plain', username: 'u' }],
    ['token', { mechanism: 'oauthbearer' }],
  ])('without its %s says which field gives it, and no secret', (field, sasl) => {
    expect(() => login({ sasl })).toThrow(
      expect.objectContaining({
        code: 'config.no-credentials',
        message: `prod: sasl has no ${field}`,
        suggestions: [expect.stringContaining(`${field}Env`)],
      }),
    )
  })
})
