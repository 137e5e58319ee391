import { setTimeout as sleep } from 'node:timers/promises'
import { BrokerError } from '../../../errors.ts'
import type { BrokerConnection } from '../connection/broker-connection.ts'
import { connect, firstAnswering } from '../connection/connect.ts'
import { passing } from '../connection/failures.ts'
import { type ConnectionSettings, connectionSettings } from '../connection/settings.ts'
import { addressText, type BrokerAddress, type KafkaSourceOptions } from '../options.ts'
import { checkApiVersions } from './api-versions.ts'
import { listOffsets } from './list-offsets.ts'
import { type PartitionLeader, topicLeaders, topicNames } from './metadata.ts'
import { unknownTopic } from './unknown-topic.ts'

const BACK_OFF_MS = 100
const BACK_OFF_MS_MAX = 1000

/** A cluster as a reader of one topic sees it. Connections are made when they are needed. */
export class Cluster {
  readonly topic: string
  readonly timeoutMs: number
  private readonly settings: ConnectionSettings
  /** Brokers that may be asked: the given ones first, then those found. */
  private readonly known: Map<string, BrokerAddress>
  private readonly asking = new Map<string, BrokerConnection>()
  private readonly connecting = new Map<string, Promise<BrokerConnection>>()
  private isClosed = false

  private constructor(options: KafkaSourceOptions, settings: ConnectionSettings) {
    this.topic = options.topic
    this.timeoutMs = settings.requestTimeoutMs
    this.settings = settings
    this.known = new Map(options.brokers.map((address) => [addressText(address), address]))
  }

  /** Reads the TLS files, and does not connect yet. @throws UsageError */
  static async prepare(options: KafkaSourceOptions, timeoutMs: number): Promise<Cluster> {
    return new Cluster(options, await connectionSettings(options, timeoutMs))
  }

  /**
   * A connection of one's own, authenticated.
   * @param withinMs for all that this takes
   * @throws BrokerError
   */
  async connect(address: BrokerAddress, withinMs = this.timeoutMs): Promise<BrokerConnection> {
    const { connection } = await connect(address, this.settings, withinMs, checkApiVersions)
    return connection
  }

  /** Every partition with its leader, ascending. @throws BrokerError, for an unknown topic too */
  async leaders(): Promise<PartitionLeader[]> {
    const found = await this.askAnyBroker(async (connection) => {
      const leaders = await topicLeaders(connection, this.topic)
      if (leaders === null) throw unknownTopic(this.topic, await topicNames(connection))
      return leaders
    })
    for (const { leader } of found) if (leader !== null) this.known.set(addressText(leader), leader)
    return found
  }

  /**
   * Where a time lies in each of the partitions; asks again while leaders move.
   * @returns by partition; null where no message is at or after the time
   * @throws BrokerError
   */
  async offsetsAt(
    time: number,
    partitions: readonly number[],
  ): Promise<Map<number, number | null>> {
    const offsets = new Map<number, number | null>()
    const backOff = this.backOff()
    for (;;) {
      const failures: BrokerError[] = []
      const leaders = (await passing(failures, () => this.leaders())) ?? []
      const missing = leaders.filter(
        ({ partition }) => partitions.includes(partition) && !offsets.has(partition),
      )
      const asked = [...byLeader(missing)].map(([leader, led]) =>
        passing(failures, async () => {
          const connection = await this.askingOf(leader)
          const listed = await listOffsets(connection, this.topic, led, time)
          for (const [partition, offset] of listed.offsets) offsets.set(partition, offset)
        }),
      )
      await Promise.all(asked)
      if (offsets.size === partitions.length) return offsets
      await backOff(`no leader answers for partitions of ${this.topic}`, failures[0])
    }
  }

  /**
   * Waits longer each time it is called, until the timeout has passed.
   * @throws BrokerError with the message, or the last error, when the time is over
   */
  backOff(): (message: string, error?: unknown) => Promise<void> {
    const start = performance.now()
    let wait = BACK_OFF_MS
    return async (message, error) => {
      if (performance.now() - start + wait > this.timeoutMs) {
        if (error instanceof BrokerError) throw error
        throw new BrokerError('broker.no-leader', `${message} for ${this.timeoutMs / 1000} s`, [
          'Check that every broker is up: a partition without a leader cannot be read.',
        ])
      }
      await sleep(wait)
      wait = Math.min(BACK_OFF_MS_MAX, wait * 2)
    }
  }

  close(): void {
    this.isClosed = true
    for (const connection of this.asking.values()) connection.close()
    this.asking.clear()
  }

  /** Asks one broker after the other, those with a connection first, and all within the time. */
  private async askAnyBroker<T extends object>(
    ask: (connection: BrokerConnection) => Promise<T>,
  ): Promise<T> {
    const isOpen = (name: string) => this.asking.get(name)?.isOpen === true
    const brokers = [...this.known].sort(([a], [b]) => Number(isOpen(b)) - Number(isOpen(a)))
    const addresses = brokers.map(([, address]) => address)
    return await firstAnswering(addresses, this.timeoutMs, async (address, withinMs) => {
      const start = performance.now()
      const connection = await this.askingOf(address, withinMs)
      return await connection.within(start, withinMs, () => ask(connection))
    })
  }

  /** The connection to a broker that all questions share. */
  private async askingOf(address: BrokerAddress, withinMs?: number): Promise<BrokerConnection> {
    const name = addressText(address)
    const known = this.asking.get(name)
    if (known?.isOpen) return known
    let connecting = this.connecting.get(name)
    if (connecting === undefined) {
      connecting = this.connect(address, withinMs).finally(() => this.connecting.delete(name))
      this.connecting.set(name, connecting)
    }
    const connection = await connecting
    if (this.isClosed) connection.close()
    else this.asking.set(name, connection)
    return connection
  }
}

/** Partitions that have a leader, by it. */
export function byLeader<P extends { readonly leader: BrokerAddress | null }>(
  partitions: readonly P[],
): Map<BrokerAddress, P[]> {
  const leaders = new Map<string, BrokerAddress>()
  const groups = new Map<BrokerAddress, P[]>()
  for (const partition of partitions) {
    if (partition.leader === null) continue
    const name = addressText(partition.leader)
    const leader = leaders.get(name) ?? partition.leader
    leaders.set(name, leader)
    const group = groups.get(leader)
    if (group === undefined) groups.set(leader, [partition])
    else group.push(partition)
  }
  return groups
}
