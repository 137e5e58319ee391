import { describe, expect, it } from 'vitest'
import type { PstoolConfig } from '../../../src/cli/config/config.ts'
import { resolveSettings } from '../../../src/cli/config/resolve-settings.ts'
import { UsageError } from '../../../src/errors.ts'

const config: PstoolConfig = {
  sources: {
    events: 'kafka://a:9092/events',
    orders: { cluster: 'prod', topic: 'orders' },
    file: { uri: 'keys.csv', format: 'csv', onBadRecord: 'skip' },
  },
  clusters: {
    demo: 'local:demo.db',
    prod: {
      uri: 'kafka://b:9092,c:9092?acks=all',
      tls: { caFile: 'ca.pem', keyPassphraseEnv: 'KEY_PASS' },
      sasl: { mechanism: 'scram-sha-512', username: 'reader', passwordEnv: 'PROD_PASSWORD' },
    },
  },
  strategies: { 'by-key': { partitioner: 'key' }, md5: { reducer: 'md5' } },
  defaults: { source: 'events', cluster: 'demo', strategy: 'md5' },
}
const env = { PROD_PASSWORD: 'p', KEY_PASS: 'k' }
const settings = (flags: object, variables: object = {}, given: PstoolConfig | null = config) =>
  resolveSettings({ flags, env: { ...env, ...variables }, config: given })

function failure(work: () => unknown): UsageError {
  try {
    work()
  } catch (error) {
    if (error instanceof UsageError) return error
  }
  throw new Error('no UsageError')
}

describe('what a command works on', () => {
  it('flags win over variables, which win over the file', () => {
    const variables = { PSTOOL_SOURCE: 'file', PSTOOL_CLUSTER: 'prod', PSTOOL_STRATEGY: 'by-key' }
    expect(settings({ source: 'x.csv' }, variables).source().uri).toBe('x.csv')
    expect(settings({}, variables).source().uri).toBe('keys.csv')
    expect(settings({}).source().uri).toBe('kafka://a:9092/events')
    expect(settings({ cluster: 'demo' }, variables).cluster().name).toBe('demo')
    expect(settings({}, variables).cluster().name).toBe('prod')
    expect(settings({}).cluster().uri).toBe('local:demo.db')
    expect(settings({ strategy: 'md5' }, variables).strategy()?.name).toBe('md5')
    expect(settings({}, variables).strategy()?.name).toBe('by-key')
    expect(settings({}).strategy()).toEqual({ name: 'md5', settings: { reducer: 'md5' } })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(settings({}, { PSTOOL_SOURCE: '' }).source().name).toBe('events')
  })

  it('takes what is no name for a URI', () => {
    expect(settings({ source: '-' }).source()).toEqual({ name: null, uri: '-' })
    expect(settings({ source: 'a/b' }).source()).toEqual({ name: null, uri: 'a/b' })
    expect(settings({ source: 'toString' }).source()).toEqual({
      name: null,
      uri: 'toString',
      otherNames: ['events', 'orders', 'file'],
    })
    expect(settings({ cluster: 'kafka://x' }, {}, null).cluster().uri).toBe('kafka://x')
  })

  it('keeps the format of a file, and puts a topic into the URI of its cluster', () => {
    expect(settings({ source: 'file' }).source()).toEqual({
      name: 'file',
      uri: 'keys.csv',
      format: 'csv',
      onBadRecord: 'skip',
    })
    expect(settings({ source: 'orders' }).source()).toEqual({
      name: 'orders',
      uri: 'kafka://b:9092,c:9092/orders?acks=all',
      tls: { caFile: 'ca.pem', keyPassphrase: 'k' },
      sasl: { mechanism: 'scram-sha-512', username: 'reader', password: 'p' },
    })
  })

  it('puts one slash between cluster and topic', () => {
    const given = {
      clusters: { c: 'kafka://h:9092/' },
      sources: { s: { cluster: 'c', topic: 't' } },
    }
    expect(settings({}, {}, given).source().uri).toBe('kafka://h:9092/t')
  })

  it('fills in literal passwords and tokens, and leaves TLS out where it is off', () => {
    const clusters = {
      one: { uri: 'kafka://a', tls: false, sasl: { mechanism: 'plain', password: 'literal' } },
      two: {
        uri: 'kafka://b',
        tls: true,
        sasl: { mechanism: 'oauthbearer', tokenEnv: 'KEY_PASS' },
      },
    } as const
    expect(settings({ cluster: 'one' }, {}, { clusters }).cluster()).toEqual({
      name: 'one',
      uri: 'kafka://a',
      sasl: { mechanism: 'plain', password: 'literal' },
    })
    expect(settings({ cluster: 'two' }, {}, { clusters }).cluster()).toMatchObject({
      tls: {},
      sasl: { mechanism: 'oauthbearer', token: 'k' },
    })
  })

  it('names the variable that is missing, and only when it is needed', () => {
    const without = settings({ cluster: 'prod' }, { PROD_PASSWORD: '' })
    expect(without.source().name).toBe('events')
    const error = failure(() => without.cluster())
    expect(error.code).toBe('config.variable-missing')
    expect(error.message).toContain('clusters.prod.sasl.passwordEnv names PROD_PASSWORD')
  })

  it('takes a lone source or cluster as its own default, and guesses among none', () => {
    const lone = { sources: { a: 'a.csv' }, clusters: { b: 'local:b.db' } }
    expect(settings({}, {}, lone).source().name).toBe('a')
    expect(settings({}, {}, lone).cluster().name).toBe('b')
    const two = { sources: { a: 'a.csv', b: 'b.csv' } }
    expect(failure(() => settings({}, {}, two).source()).code).toBe('config.no-source')
    expect(settings({}, {}, { strategies: { a: {} } }).strategy()).toBeNull()
  })

  it('shows the three ways to give a source, and the demo', () => {
    const error = failure(() => settings({}, {}, null).source())
    const advice = error.suggestions.join('\n')
    expect(error.code).toBe('config.no-source')
    for (const way of ['--source', 'PSTOOL_SOURCE', 'pstool.config.ts', 'pstool init --demo']) {
      expect(advice).toContain(way)
    }
    expect(failure(() => settings({}, {}, null).cluster()).code).toBe('config.no-cluster')
  })

  it('names the strategies that there are when one is not', () => {
    const error = failure(() => settings({ strategy: 'by-kye' }).strategy())
    expect(error.code).toBe('config.unknown-strategy')
    expect(error.suggestions).toEqual([
      'Did you mean by-key?',
      'Strategies of the configuration: by-key, md5.',
    ])
  })
})
