import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type MetricsServer,
  type MetricsServerOptions,
  openMetricsServer,
} from '../../../../src/adapters/system/metrics-server.ts'
import { UsageError } from '../../../../src/errors.ts'
import type { MetricsPage } from '../../../../src/ports/metrics-page.ts'
import { RuntimeMetrics } from '../../../../src/runtime/watching/metrics.ts'

const open: MetricsServer[] = []
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

async function serving(page: MetricsPage, options: Partial<MetricsServerOptions> = {}) {
  const server = await openMetricsServer(page, { port: 0, ...options })
  open.push(server)
  return server
}

const started = () => {
  const metrics = new RuntimeMetrics()
  metrics.observe('runtime.started', { group: 'g', concurrency: 3, at: 0 })
  return metrics
}

describe('the metrics server', () => {
  it('serves what the metrics are now, on loopback, and tells its port', async () => {
    const metrics = new RuntimeMetrics()
    const { url, port } = await serving(metrics)
    expect(url).toBe(`http://127.0.0.1:${port}/metrics`)
    expect(port).toBeGreaterThan(0)
    expect(await (await fetch(url)).text()).toBe('')
    metrics.observe('runtime.started', { group: 'g', concurrency: 3, at: 0 })
    const response = await fetch(url)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(await response.text()).toBe(metrics.prometheusText())
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('says to probes whether the runtime runs', async () => {
    const metrics = started()
    const { url } = await serving(metrics)
    const health = new URL('/health?verbose', url)
    const up = await fetch(health)
    expect([up.status, await up.json()]).toEqual([200, { healthy: true, partitions: 0 }])
    metrics.observe('runtime.stopped', { group: 'g', at: 1 })
    const down = await fetch(health)
    expect([down.status, await down.json()]).toEqual([503, { healthy: false, partitions: 0 }])
  })

  it('answers nothing else', async () => {
    const { url } = await serving(started())
    const posted = await fetch(url, { method: 'POST', body: 'x' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await fetch(new URL('/', url))).status).toBe(404)
    const broken: MetricsPage = {
      prometheusText: () => {
        throw new Error('a secret')
      },
      health: () => ({ healthy: true, partitions: 0 }),
    }
    const failed = await fetch((await serving(broken)).url)
    expect([failed.status, await failed.text()]).toEqual([
      500,
      'The figures could not be written.\n',
    ])
  })

  it.each([
    ['a port in use', {}, 'usage.metrics-port', /Port \d+ of 127\.0\.0\.1 is in use/],
    ['no address of this machine', { host: '192.0.2.1' }, 'usage.metrics-address', /192\.0\.2\.1/],
    ['no port', { port: 70_000 }, 'usage.metrics-address', /port 70000/],
  ])('refuses %s', async (_, options, code, message) => {
    const { port } = await serving(started())
    const error = await openMetricsServer(started(), { port, ...options }).catch((e) => e)
    expect(error).toBeInstanceOf(UsageError)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(error.suggestions).toHaveLength(1)
  })

  it('closes while a connection is open, twice, and its port is free again', async () => {
    const server = await serving(started())
    const socket = connect(server.port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    const ended = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    await Promise.all([server.close(), server.close(), ended])
    await expect(fetch(server.url)).rejects.toThrow()
    await serving(started(), { port: server.port })
  })
})
