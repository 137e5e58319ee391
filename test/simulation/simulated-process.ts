import type { CommittedOffset, TopicPartition } from '../../src/domain/model/cluster.ts'
import type { AssignedPartition, GroupSession } from '../../src/ports/consumer-source.ts'
import { createRuntime, type Runtime } from '../../src/runtime/create-runtime.ts'
import { FaultySource } from './faulty-source.ts'
import { type LetterOrigin, messageName } from './letters.ts'
import type { Log, Of } from './log.ts'
import { settingsOf } from './settings-of.ts'
import { UserCode } from './user-code.ts'
import { ProcessClock } from './virtual-clock.ts'
import type { World } from './world.ts'

/** A process with one runtime in it, which can die at any moment. */
export class SimulatedProcess {
  readonly world: World
  /** `p1.2`: the second one in the first place. */
  readonly name: string
  readonly clock: ProcessClock
  readonly sessions: GroupSession[] = []
  isDead = false
  isStopped = false
  private readonly runtime: Runtime
  private readonly owned = new Map<string, number>()
  private readonly live = new Set<number>()
  /** Whose call threw last, by seat: what a dead letter comes of. */
  private readonly threw = new Map<string, number>()
  private readonly letters = new Map<string, number>()

  constructor(world: World, place: number, name: string) {
    this.world = world
    this.name = name
    this.clock = new ProcessClock(world.clock)
    const source = new FaultySource(this)
    this.runtime = createRuntime(settingsOf(this, place, source, new UserCode(this)))
    this.watch()
  }

  start(): void {
    this.note({
      kind: 'started',
      process: this.name,
      concurrency: this.world.setup.concurrency,
    })
    void this.runtime.start()
  }

  /** In order (L3). */
  stop(then: () => void): void {
    this.note({ kind: 'stopping', process: this.name })
    void this.runtime.stop().then(() => {
      if (this.isDead) return
      this.isStopped = true
      this.note({ kind: 'stopped', process: this.name })
      then()
    })
  }

  /** Dies: nothing that it does afterwards reaches anything. */
  crash(): void {
    if (this.isDead || this.isStopped) return
    this.note({ kind: 'crashed', process: this.name })
    for (const ownership of this.live) this.note({ kind: 'ended', ownership, how: 'crashed' })
    this.live.clear()
    this.isDead = true
    this.clock.die()
    for (const session of this.sessions) void session.leave()
    this.world.died(this)
  }

  /** What a dead process does is not noted. */
  note(entry: Parameters<Log['add']>[0]): void {
    if (!this.isDead) this.world.log.add(entry)
  }

  assigned(group: string, { topic, partition, position }: AssignedPartition): void {
    const ownership = ++this.world.ownerships
    this.owned.set(seatName(group, { topic, partition }), ownership)
    this.live.add(ownership)
    const id = /-parallel-(\d+)$/.exec(group)?.[1]
    this.note({
      kind: 'assigned',
      process: this.name,
      ownership,
      group,
      topic,
      partition,
      segmentId: id === undefined ? null : Number(id),
      position,
    })
  }

  revoking(group: string, place: TopicPartition): number | null {
    const ownership = this.ownershipOf(group, place)
    if (ownership !== null) this.note({ kind: 'revoking', ownership })
    return ownership
  }

  ended(ownership: number | null, how: Of<'ended'>['how']): void {
    if (ownership === null || !this.live.delete(ownership)) return
    this.note({ kind: 'ended', ownership, how })
  }

  /** null: it is not this process's. */
  ownershipOf(group: string, place: TopicPartition): number | null {
    const ownership = this.owned.get(seatName(group, place))
    return ownership !== undefined && this.live.has(ownership) ? ownership : null
  }

  isLive(ownership: number): boolean {
    return this.live.has(ownership)
  }

  /** Its live ownerships of a group. */
  allOf(group: string): number[] {
    return [...this.owned]
      .filter(([name, ownership]) => name.startsWith(`${group}|`) && this.live.has(ownership))
      .map(([, ownership]) => ownership)
  }

  committed(group: string, { topic, partition, offset }: CommittedOffset): void {
    const ownership = this.ownershipOf(group, { topic, partition }) ?? -1
    this.note({ kind: 'committed', ownership, offset: Number(offset) })
  }

  callThrew(group: string, place: TopicPartition, ownership: number): void {
    this.threw.set(seatName(group, place), ownership)
  }

  /** The ownership that a dead letter is of. */
  letterOf(group: string, origin: LetterOrigin): number {
    const ownership = this.threw.get(seatName(group, origin)) ?? -1
    this.letters.set(`${seatName(group, origin)}@${origin.offset}`, ownership)
    return ownership
  }

  private watch(): void {
    const { runtime } = this
    const of = (event: TopicPartition & { readonly group: string }) =>
      this.ownershipOf(event.group, event) ?? -1
    runtime.on('batch.polled', (event) => {
      const { messages, dropped, excluded, next, collapsed } = event
      const handedOut = messages - dropped - excluded
      this.note({ kind: 'batch', ownership: of(event), handedOut, next, collapsed })
    })
    runtime.on('partition.paused', (event) => {
      const { reason, ms } = event
      this.note({ kind: 'paused', ownership: of(event), reason, ms })
    })
    runtime.on('dead-letter.dispatched', (event) => {
      const seat = seatName(event.group, event)
      const sent = this.letters.get(`${seat}@${event.offset}`)
      const ownership = sent ?? this.threw.get(seat) ?? -1
      const written = event.deadLetterTopic !== null
      this.world.givenUp.add(`${event.group} ${messageName(event)}`)
      this.note({ kind: 'given-up', ownership, offset: event.offset, written })
    })
    runtime.on('error.occurred', ({ type, error }) => {
      if (type === 'consumer.consume.error') return
      const text = error instanceof Error ? error.message : JSON.stringify(error)
      this.note({ kind: 'error', process: this.name, type, text })
    })
  }
}

function seatName(group: string, { topic, partition }: TopicPartition): string {
  return `${group}|${topic}#${partition}`
}
