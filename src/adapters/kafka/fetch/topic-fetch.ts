import type { BrokerError } from '../../../errors.ts'
import { byLeader, type Cluster } from '../cluster/cluster.ts'
import { EARLIEST } from '../cluster/list-offsets.ts'
import type { BrokerConnection } from '../connection/broker-connection.ts'
import { passing } from '../connection/failures.ts'
import type { BrokerAddress } from '../options.ts'
import { type Arrival, Arrivals } from './arrivals.ts'
import { type FetchBudget, fetchBudget } from './fetch-request.ts'
import { type LaneTopic, RESPONSES_AHEAD, runLane } from './lane.ts'
import type { PartitionReading } from './partition-reading.ts'

/** Fetches partitions from their leaders, at the same time, and finds leaders anew when they move. */
export class TopicFetch {
  private readonly cluster: Cluster
  private readonly arrivals = new Arrivals()
  private readonly connections = new Set<BrokerConnection>()
  private isStopped = false

  constructor(cluster: Cluster, readings: readonly PartitionReading[]) {
    this.cluster = cluster
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
      const failures: BrokerError[] = []
      await passing(failures, () => this.findLeaders(open))
      const leaders = [...byLeader(open)]
      const lanes = leaders.map(([leader, led]) => {
        const budget = fetchBudget(leaders.length * RESPONSES_AHEAD, led.length)
        return passing(failures, () => this.runLane(leader, led, budget))
      })
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
    for (const reading of readings) reading.leader = null
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
    budget: FetchBudget,
  ): Promise<void> {
    const connection = await this.cluster.connect(leader)
    this.connections.add(connection)
    try {
      if (!this.isStopped)
        await runLane(connection, this.laneTopic(budget), readings, this.arrivals)
    } catch (error) {
      if (!this.isStopped) throw error
    } finally {
      connection.close()
      this.connections.delete(connection)
    }
  }

  private laneTopic(budget: FetchBudget): LaneTopic {
    return {
      name: this.cluster.topic,
      budget,
      logStart: async (partition) =>
        (await this.cluster.offsetsAt(EARLIEST, [partition])).get(partition) ?? 0,
    }
  }
}
