import type { RequestHook } from '../../../ports/group-admin.ts'
import { knownRequests } from '../cluster/api-versions.ts'
import { connect, firstAnswering } from '../connection/connect.ts'
import { closed, isPassing } from '../connection/failures.ts'
import { type ConnectionSettings, connectionSettings } from '../connection/settings.ts'
import { addressText, type BrokerAddress, type KafkaClusterOptions } from '../options.ts'
import { Broker } from './broker.ts'
import { type ClusterMetadata, METADATA } from './requests/metadata.ts'
import { backOff } from './retrying.ts'

/** The brokers of a cluster, each connected and logged in when it is first asked something. */
export class Brokers {
  readonly timeoutMs: number
  private readonly options: KafkaClusterOptions
  private readonly onRequest: RequestHook
  private readonly requestTimeoutMs: number
  /** Brokers that may be asked: the given ones first, then those found. */
  private readonly known: Map<string, BrokerAddress>
  private readonly connected = new Map<string, Promise<Broker>>()
  private settings: Promise<ConnectionSettings> | null = null
  private isClosed = false

  /** @param requestTimeoutMs longest wait for an answer, where a broker may hold it back */
  constructor(
    options: KafkaClusterOptions,
    timeoutMs: number,
    onRequest: RequestHook,
    requestTimeoutMs = timeoutMs,
  ) {
    this.options = options
    this.requestTimeoutMs = requestTimeoutMs
    this.timeoutMs = timeoutMs
    this.onRequest = onRequest
    this.known = new Map(options.brokers.map((address) => [addressText(address), address]))
  }

  /** The broker at an address. @throws BrokerError, UsageError for a TLS file */
  async at(address: BrokerAddress, withinMs = this.timeoutMs): Promise<Broker> {
    const name = addressText(address)
    const begun = this.connected.get(name)
    if (begun !== undefined) {
      const broker = await openOrNull(begun)
      if (broker !== null) return broker
      // Whoever waited for the same lost connection may have begun another one.
      if (this.connected.get(name) === begun) this.connected.delete(name)
    }
    const connecting = this.connected.get(name) ?? this.connect(address, withinMs)
    this.connected.set(name, connecting)
    return await connecting
  }

  /**
   * Asks any broker; another one when the connection breaks meanwhile, so only for reading.
   * @throws BrokerError
   */
  async askAny<Answer>(ask: (broker: Broker) => Promise<Answer>): Promise<Answer> {
    const again = backOff(this.timeoutMs)
    for (;;) {
      const broker = await this.any()
      try {
        return await ask(broker)
      } catch (error) {
        if (!isPassing(error) || !(await again())) throw error
      }
    }
  }

  /** Every broker, and the topics asked for; null: all that may be seen. @throws BrokerError */
  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const found = await this.askAny((broker) => broker.ask(METADATA, topics))
    for (const address of found.brokers) this.known.set(addressText(address), address)
    return found
  }

  /** Ends every connection; none is made any more. */
  async close(): Promise<void> {
    this.isClosed = true
    const brokers = [...this.connected.values()]
    this.connected.clear()
    for (const broker of await Promise.allSettled(brokers)) {
      if (broker.status === 'fulfilled') broker.value.close()
    }
  }

  private async any(): Promise<Broker> {
    for (const connecting of this.connected.values()) {
      const broker = await openOrNull(connecting)
      if (broker !== null) return broker
    }
    return await firstAnswering([...this.known.values()], this.timeoutMs, (address, withinMs) =>
      this.at(address, withinMs),
    )
  }

  private async connect(address: BrokerAddress, withinMs: number): Promise<Broker> {
    this.settings ??= connectionSettings(this.options, this.timeoutMs)
    const settings = { ...(await this.settings), requestTimeoutMs: this.requestTimeoutMs }
    if (this.isClosed) throw closed()
    const { connection, known } = await connect(address, settings, withinMs, knownRequests)
    if (this.isClosed) connection.close()
    return new Broker(connection, known, this.onRequest)
  }
}

async function openOrNull(connecting: Promise<Broker>): Promise<Broker | null> {
  const broker = await connecting.catch(() => null)
  return broker?.isOpen ? broker : null
}
