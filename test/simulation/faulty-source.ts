import { MemoryConsumerSource } from '../../src/adapters/memory/memory-consumer-source.ts'
import type { CommittedOffset, NewMessage, TopicPartition } from '../../src/domain/model/cluster.ts'
import type { ClusterProblem, WriteOutcome } from '../../src/domain/model/consumer-group.ts'
import { BrokerError } from '../../src/errors.ts'
import type {
  AssignmentListener,
  ConsumerSource,
  GroupSession,
  JoinRequest,
  PolledBatch,
  PollRequest,
} from '../../src/ports/consumer-source.ts'
import { isCompleteLetter, letterOrigin } from './letters.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** The memory source of one process, between which and the cluster things go wrong. */
export class FaultySource implements ConsumerSource {
  readonly name = 'simulated'
  readonly canTransact = true
  private readonly process: SimulatedProcess
  private readonly inner: MemoryConsumerSource

  constructor(process: SimulatedProcess) {
    this.process = process
    this.inner = new MemoryConsumerSource(process.world.cluster)
  }

  async join(request: JoinRequest, listener: AssignmentListener): Promise<GroupSession> {
    const { process } = this
    const session = await this.inner.join(request, watched(process, request.group, listener))
    if (process.isDead) {
      await session.leave()
      return never()
    }
    process.sessions.push(session)
    return new FaultySession(process, request.group, session)
  }

  close(): Promise<void> {
    return this.process.isDead ? never() : this.inner.close()
  }
}

/** Notes which ownerships begin and end; a dead process hears of nothing. */
function watched(
  process: SimulatedProcess,
  group: string,
  listener: AssignmentListener,
): AssignmentListener {
  return {
    assigned(partitions) {
      if (process.isDead) return
      for (const place of partitions) process.assigned(group, place)
      listener.assigned(partitions)
    },
    async revoked(partitions) {
      if (process.isDead) return never()
      const ownerships = partitions.map((place) => process.revoking(group, place))
      await listener.revoked(partitions)
      if (process.isDead) return never()
      for (const ownership of ownerships) process.ended(ownership, 'revoked')
    },
    lost(partitions) {
      if (process.isDead) return
      for (const place of partitions) process.ended(process.ownershipOf(group, place), 'lost')
      listener.lost(partitions)
    },
    problem: (error) => listener.problem(error),
    failed: (error) => listener.failed(error),
  }
}

class FaultySession implements GroupSession {
  private readonly process: SimulatedProcess
  private readonly group: string
  private readonly inner: GroupSession

  constructor(process: SimulatedProcess, group: string, inner: GroupSession) {
    this.process = process
    this.group = group
    this.inner = inner
  }

  async poll(place: TopicPartition, request: PollRequest): Promise<PolledBatch | null> {
    const { process } = this
    await this.travel()
    const { shortPoll, emptyPoll } = process.world.faults
    const { chance } = process.world
    const maxMessages = chance.happens(shortPoll)
      ? chance.integer(1, request.maxMessages)
      : request.maxMessages
    const batch = await this.inner.poll(place, { ...request, maxMessages })
    if (process.isDead) return never()
    const first = batch?.offsets[0]
    if (first !== undefined && first > request.from && chance.happens(emptyPoll)) {
      return { messages: [], offsets: [], next: first, end: batch!.end }
    }
    return batch
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<readonly WriteOutcome[]> {
    const { process, group } = this
    const { chance } = process.world
    const asked = offsets.map((offset) => process.ownershipOf(group, offset))
    await this.travel()
    const { commitRefused, commitThrown, commitAnswerLost } = process.world.faults
    if (chance.happens(commitThrown)) throw this.fault('commit thrown')
    if (chance.happens(commitRefused)) return offsets.map((each) => this.refused(each, 'later'))
    // As a broker does with a generation that is over.
    const isFenced = (at: number) =>
      asked[at] === null || process.ownershipOf(group, offsets[at]!) !== asked[at]
    const sent = offsets.filter((_, at) => !isFenced(at))
    // The cluster does it at once; who hears of it may be dead by then.
    const answer = this.inner.commit(sent)
    for (const offset of sent) if (this.stands(offset)) process.committed(group, offset)
    const done = await answer
    await this.travel()
    if (chance.happens(commitAnswerLost)) {
      if (chance.happens(0.5)) throw this.fault('commit answer lost')
      return offsets.map((each) => this.refused(each, 'uncertain'))
    }
    return offsets.map((each, at) =>
      isFenced(at) && !sent.includes(each)
        ? this.refused(each, 'refused')
        : done[sent.indexOf(each)]!,
    )
  }

  async produce(topic: string, message: NewMessage, commit: CommittedOffset | null): Promise<void> {
    const { process, group } = this
    const { world } = process
    const origin = letterOrigin(message)
    const ownership = process.letterOf(group, origin)
    const wasOurs = process.isLive(ownership)
    const asked = commit === null ? null : process.ownershipOf(group, commit)
    await this.travel()
    if (world.isOutage) throw this.fault('produce in an outage')
    if (world.chance.happens(world.faults.produceThrown)) throw this.fault('produce thrown')
    if (commit !== null && (asked === null || process.ownershipOf(group, commit) !== asked)) {
      throw this.fault('produce of a member that was lost')
    }
    const written = world.cluster.messages({ topic, partition: 0 }).length
    const answer = this.inner.produce(topic, message, commit)
    if (world.cluster.messages({ topic, partition: 0 }).length === written) return answer
    const isComplete = isCompleteLetter(message, origin, group, world.originals)
    process.note({
      kind: 'letter',
      ownership,
      offset: origin.offset,
      attempts: origin.attempts,
      isComplete,
      wasOurs,
    })
    if (commit !== null) process.committed(group, commit)
    await answer
    await this.travel()
    if (world.chance.happens(world.faults.produceAnswerLost))
      throw this.fault('produce answer lost')
  }

  async leave(): Promise<void> {
    if (this.process.isDead) return never()
    for (const ownership of this.process.allOf(this.group)) this.process.ended(ownership, 'left')
    await this.inner.leave()
  }

  /** On the way to the cluster or back: it takes time, and the process may die meanwhile. */
  private async travel(): Promise<void> {
    const { process } = this
    const { chance, faults } = process.world
    if (!process.isDead && chance.happens(faults.crashInside)) process.crash()
    if (process.isDead) return never()
    if (faults.latencyMs === 0) return
    const ms = chance.integer(0, faults.latencyMs)
    if (ms > 0) await process.clock.sleep(ms)
    if (process.isDead) return never()
  }

  private stands(offset: CommittedOffset): boolean {
    const { cluster } = this.process.world
    const { topic, partition } = offset
    return cluster.group(this.group)?.offsets.get(topic)?.get(partition) === offset
  }

  private fault(what: string): BrokerError {
    this.process.note({ kind: 'fault', process: this.process.name, group: this.group, what })
    return new BrokerError('broker.simulated', what)
  }

  private refused(
    { topic, partition }: TopicPartition,
    outcome: ClusterProblem['outcome'],
  ): WriteOutcome {
    const { message } = this.fault(`commit ${outcome}`)
    return { topic, partition, problem: { code: 'simulated', message, outcome } }
  }
}

/** What a dead process waits for. */
export function never<T>(): Promise<T> {
  return new Promise(() => {})
}
