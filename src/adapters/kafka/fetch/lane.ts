import { BrokerError } from '../../../errors.ts'
import type { BrokerConnection } from '../connection/broker-connection.ts'
import { codeFailure } from '../connection/failures.ts'
import { brokenBatch } from '../records/batch-header.ts'
import { offsetAfter } from '../records/batch-walk.ts'
import { ERROR, LEADER_MOVED } from '../wire/error-codes.ts'
import type { Arrivals, FetchedPart } from './arrivals.ts'
import { type FetchBudget, fetchRequest } from './fetch-request.ts'
import { type FetchedPartition, fetchedPartitions } from './fetch-response.ts'
import type { PartitionReading } from './partition-reading.ts'
import { ResponseBuffers } from './response-buffers.ts'

/** One response is handed out while the next one is under way. */
export const RESPONSES_AHEAD = 2

/**
 * How often a leader must say, each time after waiting, that nothing is there before it is believed
 * that the rest of the stretch is a gap: tiered storage answers so while it still loads.
 */
const IDLE_ANSWERS_MAX = 5

/** What a lane needs to know of the topic. */
export interface LaneTopic {
  readonly name: string
  readonly budget: FetchBudget
  /** The first offset that the partition still has. */
  logStart(partition: number): Promise<number>
}

/**
 * Fetches partitions of one leader over one connection until all is fetched, or until the leader
 * leads one of them no more.
 * @returns the readings that are not complete
 * @throws BrokerError
 */
export async function runLane(
  connection: BrokerConnection,
  topic: LaneTopic,
  readings: readonly PartitionReading[],
  arrivals: Arrivals,
): Promise<PartitionReading[]> {
  const isCounted = readings.some((reading) => reading.isCounted)
  const { responseBytes } = topic.budget
  const buffers = new ResponseBuffers(isCounted ? 1 : RESPONSES_AHEAD, responseBytes)
  const lane = new Lane(topic, readings)
  for (;;) {
    const buffer = await buffers.take()
    const due = lane.due()
    if (due.length === 0) return []
    const request = fetchRequest(
      topic.name,
      due.map(({ partition, leaderEpoch, wanted }) => ({
        partition,
        leaderEpoch,
        offset: wanted!.from,
      })),
      topic.budget,
    )
    const response = await connection.send(request, (size) => buffer.room(size))
    const parts = await lane.partsOf(fetchedPartitions(response))
    arrivals.push({ parts, release: () => buffer.release() })
    if (lane.hasMoved) return lane.due()
  }
}

class Lane {
  hasMoved = false
  private readonly topic: LaneTopic
  /** Who got nothing last time is asked for first, because a response may be full before its end. */
  private order: readonly PartitionReading[]
  private readonly idleAnswers = new Map<number, number>()

  constructor(topic: LaneTopic, readings: readonly PartitionReading[]) {
    this.topic = topic
    this.order = readings
  }

  due(): PartitionReading[] {
    return this.order.filter(({ wanted }) => wanted !== null)
  }

  async partsOf(fetched: readonly FetchedPartition[]): Promise<FetchedPart[]> {
    const isIdle = fetched.every((records) => offsetAfter(records) === null)
    const byPartition = new Map(this.order.map((reading) => [reading.partition, reading]))
    const parts: FetchedPart[] = []
    for (const records of fetched) {
      const reading = byPartition.get(records.partition)
      if (reading === undefined) continue
      const after = await this.afterOf(reading, records, isIdle)
      if (after === null) continue
      reading.fetchedTo(after)
      parts.push({ reading, records, after })
    }
    const served = new Set(parts.map(({ reading }) => reading))
    const last = this.order.filter((reading) => served.has(reading))
    this.order = [...this.order.filter((reading) => !served.has(reading)), ...last]
    return parts
  }

  /** Up to where the answer settles what the partition holds; null when it does not. */
  private async afterOf(
    reading: PartitionReading,
    records: FetchedPartition,
    isIdle: boolean,
  ): Promise<number | null> {
    const { partition, code } = records
    const where = `${this.topic.name}[${partition}]`
    const wanted = reading.wanted
    if (wanted === null) return null
    if (LEADER_MOVED.has(code)) {
      this.hasMoved = true
      return null
    }
    if (code === ERROR.offsetOutOfRange) {
      const start = await this.topic.logStart(partition)
      if (start > wanted.from) return Math.min(start, wanted.stop)
      throw truncated(where)
    }
    if (code !== ERROR.none) throw codeFailure(code, `fetch from ${where}`)
    const after = offsetAfter(records)
    if (after !== null && after > wanted.from) {
      this.idleAnswers.delete(partition)
      return after
    }
    // Another partition filled the response: this one is asked for first next time.
    if (!isIdle) return null
    const answers = (this.idleAnswers.get(partition) ?? 0) + 1
    this.idleAnswers.set(partition, answers)
    if (answers < IDLE_ANSWERS_MAX) return null
    if (records.from < records.end) throw brokenBatch(wanted.from)
    if (records.stableEnd < wanted.stop) throw truncated(where)
    return wanted.stop
  }
}

function truncated(where: string): BrokerError {
  return new BrokerError(
    'broker.log-truncated',
    `the log of ${where} was cut back while it was read`,
    [
      'The topic was deleted and made again, or lost its newest messages with a broker: read it again.',
    ],
  )
}
