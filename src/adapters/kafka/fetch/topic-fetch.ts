import { BrokerError } from '../../../errors.ts'
import { byLeader, type Cluster } from '../cluster/cluster.ts'
import { EARLIEST } from '../cluster/list-offsets.ts'
import type { BrokerConnection } from '../connection/broker-connection.ts'
import { PASSING_FAILURES } from '../connection/failures.ts'
import type { BrokerAddress } from '../options.ts'
import { type Arrival, Arrivals } from './arrivals.ts'
import type { FetchBudget } from './fetch-request.ts'
import { type LaneTopic, runLane } from './lane.ts'
import type { PartitionReading } from './partition-reading.ts'

/** Fetches partitions from their leaders, at the same time, and finds leaders anew when they move. */
export class TopicFetch {
  private readonly cluster: Cluster
  private readonly budget: FetchBudget
  private readonly arrivals = new Arrivals()
  private readonly connections = new Set<BrokerConnection>()
  private isStopped = false

  constructor(cluster: Cluster, readings: readonly PartitionReading[], budget: FetchBudget) {
    this.cluster = cluster
    this.budget = budget
    this.fetchAll(readings).then(
      () => this.arrivals.end(),
      (error: unknown) => this.arrivals.fail(error),
    )
  }

  /** The next response, or null when all is fetched or stopped. @throws BrokerError */
  async next(): Promise<Arrival | null> {
    return await this.arrivals.next()
  }

  /** Ends the connections, whatever is under way. */
  stop(): void {
    this.isStopped = true
    this.arrivals.end()
    for (const connection of this.connections) connection.close()
    this.connections.clear()
  }

  private async fetchAll(readings: readonly PartitionReading[]): Promise<void> {
    let open = readings.filter(({ wanted }) => wanted !== null)
    let places = ''
    let backOff = this.cluster.backOff()
    while (open.length > 0) {
      await this.findLeaders(open)
      const failures: BrokerError[] = []
      const lanes = [...byLeader(open)].map(([leader, led]) => this.runLane(leader, led, failures))
      await Promise.all(lanes)
      if (this.isStopped) return
      open = open.filter(({ wanted }) => wanted !== null)
      if (open.length === 0) return
      const before = places
      places = open.map(({ partition, wanted }) => `${partition}@${wanted?.from}`).join()
      if (places !== before) backOff = this.cluster.backOff()
      const partitions = open.map(({ partition }) => partition).join(', ')
      await backOff(`nobody leads ${this.cluster.topic}[${partitions}]`, failures[0])
    }
  }

  private async findLeaders(readings: readonly PartitionReading[]): Promise<void> {
    const leaders = await this.cluster.leaders()
    for (const reading of readings) {
      const found = leaders.find(({ partition }) => partition === reading.partition)
      reading.leader = found?.leader ?? null
      reading.leaderEpoch = found?.epoch ?? -1
    }
  }

  private async runLane(
    leader: BrokerAddress,
    readings: readonly PartitionReading[],
    failures: BrokerError[],
  ): Promise<void> {
    try {
      const connection = await this.cluster.connect(leader)
      this.connections.add(connection)
      if (this.isStopped) connection.close()
      await runLane(connection, this.laneTopic(), readings, this.arrivals)
      connection.close()
      this.connections.delete(connection)
    } catch (error) {
      if (this.isStopped) return
      if (!(error instanceof BrokerError && PASSING_FAILURES.has(error.code))) throw error
      failures.push(error)
    }
  }

  private laneTopic(): LaneTopic {
    return {
      name: this.cluster.topic,
      budget: this.budget,
      logStart: async (partition) =>
        (await this.cluster.offsetsAt(EARLIEST, [partition])).get(partition) ?? 0,
    }
  }
}
