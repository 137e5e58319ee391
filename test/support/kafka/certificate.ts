import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { KafkaDistribution } from './distribution.ts'
import { KEYSTORE_PASSWORD } from './node-settings.ts'

const run = promisify(execFile)

/** The broker's certificate for loopback, its own authority, valid for years. */
export interface Certificate {
  readonly keystore: string
  readonly pem: string
}

const STORE = ['-storetype', 'PKCS12', '-storepass', KEYSTORE_PASSWORD, '-alias', 'broker']

/** Arguments of keytool that make the keystore. */
export function makeKeystoreArguments(keystore: string): string[] {
  const subject = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1', '-ext']
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '3650']
  return ['-genkeypair', '-keystore', keystore, ...STORE, ...subject, 'bc:c', ...key]
}

/** Arguments of keytool that print the certificate as PEM. */
export function printCertificateArguments(keystore: string): string[] {
  return ['-exportcert', '-rfc', '-keystore', keystore, ...STORE]
}

/** Made once by Java's keytool and kept beside the jars. */
export async function certificateOf({ keytool, folder }: KafkaDistribution): Promise<Certificate> {
  const made = join(folder, 'tls')
  if (!existsSync(made)) await make(keytool, folder, made)
  return { keystore: join(made, 'broker.p12'), pem: await readFile(join(made, 'ca.pem'), 'utf8') }
}

async function make(keytool: string, folder: string, made: string): Promise<void> {
  const unfinished = await mkdtemp(join(folder, 'signing-'))
  try {
    const keystore = join(unfinished, 'broker.p12')
    const pem = join(unfinished, 'ca.pem')
    await run(keytool, makeKeystoreArguments(keystore))
    await run(keytool, [...printCertificateArguments(keystore), '-file', pem])
    await rename(unfinished, made).catch((error: unknown) => {
      if (!existsSync(made)) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}
