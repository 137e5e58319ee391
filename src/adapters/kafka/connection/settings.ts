import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import { UsageError } from '../../../errors.ts'
import type { KafkaClusterOptions, SaslSettings, TlsSettings } from '../options.ts'

/** What every connection to a cluster needs, files read. */
export interface ConnectionSettings {
  readonly clientId: string
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly tls: ConnectionOptions | null
  readonly sasl: SaslSettings | null
}

/** @throws UsageError for a certificate or key file that cannot be read */
export async function connectionSettings(
  options: KafkaClusterOptions,
  timeoutMs: number,
): Promise<ConnectionSettings> {
  return {
    clientId: options.clientId ?? 'pstool',
    connectTimeoutMs: timeoutMs,
    requestTimeoutMs: timeoutMs,
    tls: options.tls === undefined ? null : await tlsOptions(options.tls),
    sasl: options.sasl ?? null,
  }
}

async function tlsOptions(tls: TlsSettings): Promise<ConnectionOptions> {
  const pem = async (name: string, file: string | undefined) =>
    file === undefined ? {} : { [name]: await readPem(file) }
  return {
    rejectUnauthorized: tls.rejectUnauthorized ?? true,
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    ...(tls.keyPassword === undefined ? {} : { passphrase: tls.keyPassword }),
    ...(await pem('ca', tls.caFile)),
    ...(await pem('cert', tls.certFile)),
    ...(await pem('key', tls.keyFile)),
  }
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new UsageError(
      'kafka.unreadable-file',
      `cannot read ${file}: ${(error as Error).message}`,
      ['Paths of TLS files count from the working directory.'],
      error,
    )
  }
}
