import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UsageError } from '../../errors.ts'
import type { MetricsPage } from '../../ports/metrics-page.ts'

/** A server that answers until it is closed. */
export interface MetricsServer {
  /** The port that it has, also where 0 was asked for. */
  readonly port: number
  /** `http://127.0.0.1:9464/metrics` */
  readonly url: string
  /** Ends open connections too. Closing twice is closing. */
  close(): Promise<void>
}

export interface MetricsServerOptions {
  /** 0: any that is free. */
  readonly port: number
  /** Default `127.0.0.1`: nobody but this machine. */
  readonly host?: string
}

const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8'
const PLAIN = 'text/plain; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * Serves `/metrics` for Prometheus and `/health` for probes: 200 while the runtime runs, else 503.
 * @throws UsageError where the address cannot be had
 */
export async function openMetricsServer(
  page: MetricsPage,
  { port, host = '127.0.0.1' }: MetricsServerOptions,
): Promise<MetricsServer> {
  const server = createServer((request, response) => answer(page, request, response))
  await listening(server, host, port)
  const { port: bound, family, address } = server.address() as AddressInfo
  const name = family === 'IPv6' ? `[${address}]` : address
  return {
    port: bound,
    url: `http://${name}:${bound}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    throw addressError(error, host, port)
  }
}

function addressError(error: unknown, host: string, port: number): UsageError {
  const { code, message } = error as NodeJS.ErrnoException
  const any = 'Port 0 takes any that is free, and says which.'
  switch (code) {
    case 'EADDRINUSE':
      return new UsageError('usage.metrics-port', `Port ${port} of ${host} is in use`, [
        `Choose another port for metrics. ${any}`,
      ])
    case 'EACCES':
      return new UsageError('usage.metrics-port', `Port ${port} of ${host} may not be used`, [
        `Choose a port above 1023 for metrics. ${any}`,
      ])
    default:
      return new UsageError(
        'usage.metrics-address',
        `Metrics cannot be served at ${host}, port ${port}: ${message}`,
        ['Give an address of this machine, such as 127.0.0.1, and a port from 0 to 65535.'],
        error,
      )
  }
}

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
}

function answer(page: MetricsPage, request: IncomingMessage, response: ServerResponse): void {
  const { status, type, body } = replyTo(page, request)
  response.writeHead(status, {
    ...{ 'content-type': type, 'content-length': Buffer.byteLength(body) },
    ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    ...(status === 405 && { allow: 'GET, HEAD' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function replyTo(page: MetricsPage, { method, url = '/' }: IncomingMessage): Reply {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, type: PLAIN, body: 'GET and HEAD are understood.\n' }
  }
  try {
    switch (url.split('?', 1)[0]) {
      case '/metrics':
        return { status: 200, type: EXPOSITION, body: page.prometheusText() }
      case '/health': {
        const health = page.health()
        const body = `${JSON.stringify(health)}\n`
        return { status: health.healthy ? 200 : 503, type: JSON_TYPE, body }
      }
      default:
        return { status: 404, type: PLAIN, body: '/metrics and /health are here.\n' }
    }
  } catch {
    return { status: 500, type: PLAIN, body: 'The figures could not be written.\n' }
  }
}
