import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { answering } from './answering.ts'
import { makeKeystoreArguments, printCertificateArguments } from './certificate.ts'
import { KAFKA_VERSION } from './distribution.ts'
import { formatArguments } from './node-process.ts'
import { nodeSettings } from './node-settings.ts'
import { freePorts } from './ports.ts'
import type { StartedKafka } from './started-kafka.ts'

const run = promisify(execFile)
const ANSWERS_WITHIN_MS = 10_000
const SETTINGS = '/tmp/pstool.properties'
const KEYSTORE = '/tmp/pstool.p12'

const ASK_FOR_HOST = `
  const { getContainerRuntimeClient } = await import('testcontainers')
  const { info } = await getContainerRuntimeClient()
  process.stdout.write(info.containerRuntime.host)`

/** Where Docker's containers are reached, or null when no engine answers soon. */
export async function containerHost(): Promise<string | null> {
  // In a process of its own: an engine that never answers would keep this one from ending.
  const asking = ['--input-type=module', '--eval', ASK_FOR_HOST]
  const options = { cwd: import.meta.dirname, timeout: ANSWERS_WITHIN_MS }
  return await run(process.execPath, asking, options).then(
    ({ stdout }) => stdout,
    () => null,
  )
}

/** Apache Kafka's own image with the settings of the other ways, key and users made inside. */
export async function startContainer(host: string): Promise<StartedKafka> {
  const free = await freePorts(5)
  const [plaintext, saslPlaintext, tls, saslTls, controllerPort] = free as [number, ...number[]]
  const ports = { plaintext, saslPlaintext: saslPlaintext!, tls: tls!, saslTls: saslTls! }
  const address = host === 'localhost' ? '127.0.0.1' : host
  const settings = nodeSettings({
    id: 1,
    ports,
    controller: { id: 1, port: controllerPort! },
    bind: '0.0.0.0',
    host: address,
    data: '/tmp/pstool-data',
    keystore: KEYSTORE,
  })
  const { GenericContainer, Wait } = await import('testcontainers')
  const container = await new GenericContainer(`apache/kafka:${KAFKA_VERSION}`)
    .withEntrypoint(['sh', '-c', startScript()])
    .withCopyContentToContainer([{ content: settings, target: SETTINGS, mode: 0o644 }])
    // The same port inside and outside, so that Kafka's tools may run inside with our addresses.
    .withExposedPorts(...Object.values(ports).map((port) => ({ container: port, host: port })))
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(120_000)
    .start()
  const certificate = await container.exec(['keytool', ...printCertificateArguments(KEYSTORE)])
  await answering(`${address}:${plaintext}`, 1, 120_000)
  return {
    plaintext: `${address}:${plaintext}`,
    secured: {
      plaintext: `${address}:${plaintext}`,
      saslPlaintext: `${address}:${saslPlaintext}`,
      tls: `${address}:${tls}`,
      saslTls: `${address}:${saslTls}`,
      ca: certificate.stdout,
    },
    container: container.getId(),
    stop: async () => {
      await container.stop()
    },
  }
}

function startScript(): string {
  const quoted = (words: readonly string[]) =>
    words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  return [
    `keytool ${quoted(makeKeystoreArguments(KEYSTORE))}`,
    `/opt/kafka/bin/kafka-storage.sh ${quoted(formatArguments(SETTINGS))}`,
    `exec /opt/kafka/bin/kafka-server-start.sh ${SETTINGS}`,
  ].join(' && ')
}

/** Runs a command in the container of the broker; see tools.ts. */
export async function runInContainer(id: string, command: string[]) {
  const { getContainerRuntimeClient } = await import('testcontainers')
  const { container } = await getContainerRuntimeClient()
  return await container.exec(container.getById(id), command)
}
