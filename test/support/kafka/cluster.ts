import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answering } from './answering.ts'
import { type KafkaDistribution, kafkaDistribution } from './distribution.ts'
import {
  formatNode,
  type NodeLaunch,
  type NodeProcess,
  START_FAST,
  startNode,
} from './node-process.ts'
import type { NodePorts } from './node-settings.ts'
import { freePorts } from './ports.ts'
import { caughtUp } from './topics.ts'

const READY_WITHIN_MS = 120_000
const ATTEMPTS = 3
/** After so long the others take a stopped node for gone; Kafka's default. */
const STOPPED_AFTER = { 'broker.session.timeout.ms': '9000' }

export interface ClusterOptions {
  readonly nodes: number
  readonly keystore?: string
  readonly javaFlags?: readonly string[]
  /** Settings of server.properties that differ from the harness's own. */
  readonly overrides?: Readonly<Record<string, string>>
}

/** Apache Kafka on loopback, made for one test file: `stop()` removes it without a trace. */
export interface KafkaCluster {
  /** host:port of every node, joined by commas. */
  readonly brokers: string
  /** By node id, 1 to n. */
  readonly ports: ReadonlyMap<number, NodePorts>
  /** Shuts one node down in order, so that its partitions move; never node 1, the controller. */
  stopNode(id: number): Promise<void>
  /** Brings a stopped node back with its data, on its port, and waits until it has caught up. */
  startNode(id: number): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts Apache Kafka from its Maven artifacts and waits until all nodes answer.
 * Leader changes: create the topic with `replicas`, stop the leader, start it again.
 */
export async function startCluster(options: ClusterOptions): Promise<KafkaCluster> {
  const kafka = await kafkaDistribution()
  for (let attempt = 1; ; attempt++) {
    try {
      return await launchAll(kafka, options)
    } catch (error) {
      // A free port may be taken before the broker binds it; other ports, another try.
      const taken = /BindException|Address already in use/.test(String(error))
      if (!taken || attempt === ATTEMPTS) throw error
    }
  }
}

async function launchAll(kafka: KafkaDistribution, options: ClusterOptions): Promise<KafkaCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'pstool-kafka-'))
  const launches = await launchesOf(options, folder)
  const running = new Map<number, NodeProcess>()
  const brokers = launches.map(({ plan }) => `127.0.0.1:${plan.ports.plaintext}`)
  const alive = () => {
    for (const node of running.values()) node.alive()
  }
  /** Every running node knows of the running ones, and so of what they lead. */
  const ready = async () => {
    for (const id of running.keys())
      await answering(brokers[id - 1]!, running.size, READY_WITHIN_MS, alive)
  }
  const discardAll = async () => {
    await Promise.all(Array.from(running.values(), (node) => node.discard()))
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
  try {
    await Promise.all(launches.map((launch) => formatNode(kafka, launch)))
    for (const launch of launches) running.set(launch.plan.id, startNode(kafka, launch))
    await ready()
  } catch (error) {
    await discardAll()
    throw error
  }
  return {
    brokers: brokers.join(','),
    ports: new Map(launches.map(({ plan }) => [plan.id, plan.ports])),
    async stopNode(id) {
      if (id === 1) throw new Error('node 1 is the controller: the cluster would stop with it')
      await running.get(id)?.stop()
      running.delete(id)
      await ready()
    },
    async startNode(id) {
      running.set(id, startNode(kafka, launches[id - 1]!))
      await ready()
      await caughtUp(brokers.join(','))
    },
    stop: discardAll,
  }
}

async function launchesOf(options: ClusterOptions, folder: string): Promise<NodeLaunch[]> {
  const [controllerPort, ...free] = await freePorts(1 + 4 * options.nodes)
  const controller = { id: 1, port: controllerPort! }
  const { keystore, javaFlags = [...START_FAST, '-Xmx768m'] } = options
  const overrides = { ...(options.nodes > 1 ? STOPPED_AFTER : {}), ...options.overrides }
  return Array.from({ length: options.nodes }, (_, index) => {
    const id = index + 1
    const [plaintext, saslPlaintext, tls, saslTls] = free.slice(4 * index)
    const open = { plaintext: plaintext! }
    const secured = { saslPlaintext: saslPlaintext!, tls: tls!, saslTls: saslTls! }
    const ports: NodePorts = keystore === undefined ? open : { ...open, ...secured }
    const data = join(folder, `node-${id}`)
    const place = { id, ports, controller, bind: '127.0.0.1', host: '127.0.0.1', data, overrides }
    const plan = keystore === undefined ? place : { ...place, keystore }
    return { plan, folder, javaFlags }
  })
}
