import { MemoryCluster } from '../../src/adapters/memory/memory-cluster.ts'
import type { Message } from '../../src/domain/model/message.ts'
import { Chance } from './chance.ts'
import { drawFaults, type Faults, NO_FAULTS } from './faults.ts'
import { messageName } from './letters.ts'
import { Log } from './log.ts'
import { groupsOf, topicsOf } from './routing.ts'
import { drawSetup, type Setup } from './setup.ts'
import { SimulatedProcess } from './simulated-process.ts'
import { VirtualClock } from './virtual-clock.ts'
import { appendAfterLetters, appendGaps, beginWorkload, compactOne } from './workload.ts'

/** When a run begins: far from 0, as times of messages are. */
const START = 1_000_000
const MOMENT_MS = 100
/** After the faults, in virtual time and in steps. */
const PATIENCE_MS = 400_000
const MOST_STEPS = 60_000

/** A cluster with processes that come and go; everything in it follows from the seed. */
export class World {
  readonly setup: Setup
  readonly drawn: Faults
  readonly clock = new VirtualClock(START)
  readonly log = new Log(() => this.clock.now() - START)
  readonly cluster = new MemoryCluster()
  readonly chance: Chance
  /** Every message as it was appended, by its name. */
  readonly originals = new Map<string, Message>()
  /** How often messages are still to fail. */
  readonly troubles = new Map<string, number>()
  /** What was given up, by group and name. */
  readonly givenUp = new Set<string>()
  /** As drawn, then none. */
  faults: Faults
  isOutage = false
  ownerships = 0
  calls = 0
  jobs = 0
  instances = 0
  private readonly places: { process: SimulatedProcess | null; generation: number }[]
  private isQuiet = false
  private isOver = false
  private looks = 0

  constructor(seed: number) {
    this.setup = drawSetup(seed)
    this.drawn = drawFaults(seed, this.setup)
    this.faults = this.drawn
    this.chance = new Chance(seed)
    this.places = Array.from({ length: this.setup.processes }, () => ({
      process: null,
      generation: 0,
    }))
  }

  /** Runs until everything is consumed after the faults, or nothing moves any more. */
  async run(): Promise<Log> {
    beginWorkload(this)
    for (const place of this.places.keys()) {
      this.clock.after(place === 0 ? 0 : this.chance.integer(0, 800), () => this.begin(place))
    }
    this.clock.after(MOMENT_MS, () => this.moment())
    this.clock.after(this.faults.forMs, () => this.quiet())
    const until = START + this.faults.forMs + PATIENCE_MS
    const steps = await this.clock.run(() => this.isOver || this.clock.now() > until, MOST_STEPS)
    this.log.add({ kind: 'drained', ok: this.isOver, steps })
    for (const { process } of this.places) process?.stop(() => {})
    await this.clock.run(
      () => this.places.every(({ process }) => process === null || process.isStopped),
      MOST_STEPS,
    )
    return this.log
  }

  /** Whether the message fails now. */
  fails({ topic, partition, offset }: Message): boolean {
    const name = messageName({ topic, partition, offset: offset! })
    const left = this.troubles.get(name) ?? 0
    const isForEver = left === Number.POSITIVE_INFINITY
    if (left > 0 && (isForEver || !this.isQuiet)) {
      this.troubles.set(name, left - 1)
      return true
    }
    return this.chance.happens(this.faults.throws)
  }

  /** Another one takes the place of a process that died. */
  died(process: SimulatedProcess): void {
    this.replace(process)
  }

  private begin(place: number): void {
    const at = this.places[place]!
    at.generation++
    at.process = new SimulatedProcess(this, place, `p${place + 1}.${at.generation}`)
    at.process.start()
    // A member that is put out while it hands partitions over.
    if (this.chance.happens(4 * this.faults.expel)) {
      this.clock.after(this.chance.integer(1, 400), () => this.expel())
    }
  }

  private replace(process: SimulatedProcess): void {
    const place = this.places.findIndex((each) => each.process === process)
    this.places[place]!.process = null
    const ms = this.isQuiet ? 10 : this.chance.integer(10, 1500)
    this.clock.after(ms, () => this.begin(place))
  }

  /** Now and then something happens to the cluster or to a whole process. */
  private moment(): void {
    if (this.isQuiet) return
    const { chance, faults } = this
    const alive = this.places.flatMap(({ process }) => process ?? [])
    if (alive.length > 0) {
      const process = chance.pick(alive)
      if (chance.happens(faults.crash)) process.crash()
      else if (chance.happens(faults.stop)) this.stop(process)
    }
    if (chance.happens(faults.expel)) this.expel()
    if (chance.happens(faults.compact)) compactOne(this)
    if (chance.happens(faults.outage)) this.isOutage = !this.isOutage
    this.clock.after(chance.integer(1, 2 * MOMENT_MS), () => this.moment())
  }

  private stop(process: SimulatedProcess): void {
    if (this.stopping.has(process)) return
    this.stopping.add(process)
    process.stop(() => this.replace(process))
  }

  private readonly stopping = new Set<SimulatedProcess>()

  private expel(): void {
    if (this.isQuiet) return
    const group = this.chance.pick(groupsOf(this.setup))
    const members = [...(this.cluster.group(group)?.members ?? [])]
    if (members.length > 0) this.cluster.expel(group, this.chance.pick(members))
  }

  private quiet(): void {
    this.isQuiet = true
    this.isOutage = false
    this.faults = NO_FAULTS
    this.log.add({ kind: 'quiet' })
    if (this.drawn.compact > 0) this.clock.after(550, () => appendGaps(this))
    this.clock.after(600, () => this.look())
  }

  /** It is over when every process is there and nothing lags. */
  private look(): void {
    const isWhole = this.places.every(
      ({ process }) => process !== null && !this.stopping.has(process),
    )
    this.isOver = isWhole && this.lags().length === 0
    if (this.isOver) return
    if (this.looks++ % 10 === 9) appendAfterLetters(this)
    this.clock.after(200, () => this.look())
  }

  /** Where groups stand before the end of a partition. */
  lags(): Lag[] {
    const { setup, cluster } = this
    return groupsOf(setup).flatMap((group) =>
      topicsOf(setup).flatMap((topic) =>
        cluster.topic(topic)!.partitions.flatMap(({ partition, end }) => {
          const offsets = cluster.group(group)?.offsets.get(topic)
          const committed = offsets?.get(partition)?.offset ?? 0n
          return committed < end ? [{ group, topic, partition, committed, end }] : []
        }),
      ),
    )
  }

  /** Whether a process says that it gave the message up. */
  wasGivenUp(group: string, at: Parameters<typeof messageName>[0]): boolean {
    return this.givenUp.has(`${group} ${messageName(at)}`)
  }
}

interface Lag {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly committed: bigint
  readonly end: bigint
}
